/** How long everything is measured. */
export interface Plan {
  /** Interleaved rounds of each load. */
  readonly rounds: number;
  /** Of one load of one library in one round. */
  readonly seconds: number;
  /** Calls that are timed one by one, or fanouts, a round. */
  readonly count: number;
  /** Rounds of starting a thousand servers, which takes seconds each. */
  readonly manyRounds: number;
  /** Tells a person what is under way. */
  say(what: string): void;
}

export function planOf(isQuick: boolean): Plan {
  const say = (what: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
  return isQuick
    ? { rounds: 2, seconds: 0.7, count: 100, manyRounds: 1, say }
    : { rounds: 7, seconds: 2, count: 500, manyRounds: 5, say };
}
