/** What the chaos bench asks its client and its server program, a JSON line each; lines as in protocol.ts. */
export type ChaosAsk =
  /** To the client: a call and a cast every so often from now on, whatever becomes of those before. */
  | { readonly do: 'begin'; readonly everyMs: number }
  /** To the client: answers once so many calls have succeeded that were begun after `atMs`. */
  | { readonly do: 'await recovery'; readonly atMs: number; readonly calls: number }
  /** To the client: begins nothing more and answers when everything has ended. */
  | { readonly do: 'end' }
  /** To the server: how often each request ran, by its number. */
  | { readonly do: 'tell runs' };

/** What is answered to each. */
export interface ChaosAnswers {
  readonly begin: { readonly begun: true };
  readonly 'await recovery': RecoveryAnswer;
  readonly end: EndAnswer;
  readonly 'tell runs': RunsAnswer;
}

export interface RecoveryAnswer {
  /** From `atMs` to the end of the first call that was begun after it and succeeded. */
  readonly firstMs: number;
  /** Longest time after `atMs` in which no call ended well. */
  readonly blackoutMs: number;
}

export interface EndAnswer {
  readonly calls: number;
  /** Ended with an answer; all others failed. */
  readonly answered: readonly number[];
  readonly casts: number;
  /** Casts that the broker confirmed; all others failed. */
  readonly confirmed: readonly number[];
  /** Each different message of a failure, with how often it came. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface RunsAnswer {
  /** How often the request of that number ran, by number. */
  readonly calls: readonly number[];
  readonly casts: readonly number[];
}
