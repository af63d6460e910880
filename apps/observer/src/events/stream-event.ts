/** One server-sent event: its type and what it carries, which goes out as JSON. */
export interface StreamEvent {
  readonly type: string;
  readonly data: unknown;
}

/** One that has its place in the stream: a reader that comes back names it as `Last-Event-ID`. */
export interface IdentifiedEvent extends StreamEvent {
  readonly id: string;
}
