/**
 * What the bench asks a process under measurement, one JSON line at a time on its stdin; it answers each with one line. Every
 * library has a client and a server program that understand this, in TypeScript, JavaScript or Python.
 */
export type Ask =
  | LoadAsk
  /** Calls one after the other, each timed. */
  | { readonly do: 'one by one'; readonly bytes: number; readonly count: number }
  /** One cast to all servers. */
  | { readonly do: 'fanout' }
  /** To a server: answers when so many casts have arrived since it started, or none came for five seconds. */
  | { readonly do: 'await casts'; readonly count: number }
  /** To a program with many servers: starts so many. */
  | { readonly do: 'start servers'; readonly count: number };

/** What is answered to each. */
export interface Answers {
  readonly calls: LoadAnswer;
  readonly casts: LoadAnswer;
  readonly 'one by one': OneByOneAnswer;
  readonly fanout: SentAnswer;
  readonly 'await casts': ArrivedAnswer;
  readonly 'start servers': ManyAnswer;
}

/** Keeps so many calls or casts in flight for so long, then waits for those that are out. */
export interface LoadAsk {
  readonly do: 'calls' | 'casts';
  readonly inFlight: number;
  readonly bytes: number;
  readonly seconds: number;
}

export interface LoadAnswer {
  /** Those that ended well; all others are failures. */
  readonly done: number;
  readonly failed: number;
  /** From the first to the end of the last. */
  readonly seconds: number;
}

export interface OneByOneAnswer {
  readonly latenciesMs: readonly number[];
}

export interface ManyAnswer {
  /** Until all consumed their queues. */
  readonly ms: number;
  /** Heap that stays after a collection, for each server; kB are 1,000 bytes. */
  readonly heapKb: number;
}

/** A moment on the machine's monotonic clock, which all processes share. */
export interface SentAnswer {
  readonly atMs: number;
}

/** When the last cast came, on the same clock, and how many had come by then. */
export interface ArrivedAnswer {
  readonly atMs: number;
  readonly count: number;
}

/** The request context that travels with each request of the libraries that have one. */
export const context = {
  request_id: 'req-5c5f9b4b-6f0e-4b3f-9b61-2a8cdd3f1f8a',
  user_id: 'b8a8e1c2d3f44556a7b8c9d0e1f20314',
  project_id: '6f70656e737461636b2d70726f6a6563',
};

/** Topic, queue or service of every library under measurement. */
export const topic = 'bench';
