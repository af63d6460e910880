import { median } from '../statistics.ts';

/** The results of interleaved rounds by who was measured. */
export class Rounds<Name extends string, Result> {
  readonly #results = new Map<Name, Result[]>();

  /** Each of `subjects` once a round, the order turning, so that what disturbs the machine for a while disturbs all. */
  static async of<S, N extends string, R>(
    count: number,
    subjects: readonly S[],
    nameOf: (subject: S) => N,
    run: (subject: S) => Promise<R>,
  ): Promise<Rounds<N, R>> {
    const rounds = new Rounds<N, R>();
    for (let round = 0; round < count; round += 1) {
      const first = round % subjects.length;
      for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
        const results = rounds.#results.get(nameOf(subject)) ?? [];
        results.push(await run(subject));
        rounds.#results.set(nameOf(subject), results);
      }
    }
    return rounds;
  }

  /** What was measured, one value a round; empty when that one was not measured. */
  values(name: Name, figure: (result: Result) => number | undefined): readonly number[] {
    return (this.#results.get(name) ?? []).map(figure).filter((value) => value !== undefined);
  }

  median(name: Name, figure: (result: Result) => number | undefined): number | undefined {
    const values = this.values(name, figure);
    return values.length === 0 ? undefined : median(values);
  }

  /** How much `name` has of what `other` has, in each round; empty when one of them was not measured. */
  ratios(name: Name, other: Name, figure: (result: Result) => number | undefined): readonly number[] {
    const theirs = this.values(other, figure);
    return this.values(name, figure).flatMap((value, round) => {
      const their = theirs[round];
      return their === undefined ? [] : [value / their];
    });
  }
}
