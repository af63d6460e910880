export interface TraceOptions {
  /** Memory for messages, in MB; default 64. What was silent longest goes first. */
  readonly budgetMb?: number;
}

/** What changed with an event. A state may change every open flow, and so does time: ask again. */
export interface TraceChange {
  /** Flows that are new or different. */
  readonly flows: readonly string[];
  readonly forgotten: readonly string[];
  readonly isState: boolean;
}

export interface FlowsQuery {
  /** Words that must all be found; `key:value` asks one field, `-word` must not be found. See `readQuery`. */
  readonly q?: string;
  /** Default 100. */
  readonly limit?: number;
  /** Only flows that began before this time, in ms since 1970. */
  readonly before?: number;
}

/** What the memory holds and has let go. */
export interface TraceUsage {
  readonly budget_bytes: number;
  readonly bytes: number;
  readonly flows: number;
  readonly messages: number;
  readonly forgotten_flows: number;
  /** Messages that were seen since the beginning. */
  readonly seen_messages: number;
}
