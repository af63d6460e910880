/** What the load generator is asked for, over IPC; one at a time. */
export type LoadRequest =
  | {
      readonly do: 'boot';
      readonly count: number;
      /** So many boots are under way at any time. */
      readonly concurrency: number;
      /** How often it looks which builds have ended; latencies are as coarse as that. */
      readonly pollMs: number;
    }
  | { readonly do: 'delete all' }
  | { readonly do: 'get one'; readonly count: number }
  | { readonly do: 'list'; readonly count: number };

export interface LoadResult {
  /** Of each: from the request to ACTIVE, or to the end of the answer. */
  readonly latenciesMs: readonly number[];
  /** From the first request to the last result. */
  readonly totalMs: number;
  /** Looks at the list of builds, which the api pays for too. */
  readonly polls: number;
}
