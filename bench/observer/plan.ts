/** How much everything is measured. */
export interface Plan {
  /** What to type for figures like these. */
  readonly command: string;
  /** Seconds that the page looks at 1,000 messages a second. */
  readonly screenSeconds: number;
  /** Seconds of scrolling. */
  readonly scrollSeconds: number;
  /** Messages of the soak. */
  readonly soakMessages: number;
  /** Alternating rounds with the observer and without, and the boots of each. */
  readonly bootRounds: number;
  readonly boots: number;
  /** Tells a person what is under way. */
  say(what: string): void;
}

export function planOf(isQuick: boolean): Plan {
  const command = 'npm run bench:observer';
  const say = (what: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
  return isQuick
    ? {
        command: `${command} -- --quick`,
        screenSeconds: 3,
        scrollSeconds: 3,
        soakMessages: 40_000,
        bootRounds: 1,
        boots: 80,
        say,
      }
    : { command, screenSeconds: 15, scrollSeconds: 10, soakMessages: 1_000_000, bootRounds: 5, boots: 300, say };
}
