/**
 * What a tap on a bus tells, in the order in which it was seen. Plain JSON: a recording holds one event a line. Secrets are
 * masked before an event is made; times are milliseconds since 1970, of the machine that taps.
 */
export type BusEvent = PublishedEvent | DeliveredEvent | BusStateEvent | GapEvent;

/** A message reached an exchange (`publish.<exchange>` of a broker's firehose). */
export interface PublishedEvent {
  readonly event: 'published';
  /** Counts the events of one tap from 1. */
  readonly seq: number;
  readonly at_ms: number;
  readonly exchange: string;
  readonly routing_key: string;
  /** Queues that it was routed to; empty when no binding fits, absent where the tap does not know. */
  readonly routed_queues?: readonly string[];
  /** The broker's name for the publisher's connection; {@link BusStateEvent} says whose that is. */
  readonly connection?: string;
  readonly user?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The body as text, masked; cut where it is longer than the tap keeps. */
  readonly body: string;
  /** Length of the body as it travelled. */
  readonly bytes: number;
  /** Whether `body` is not the whole of it. */
  readonly is_cut?: boolean;
}

/** A queue handed a message to a consumer (`deliver.<queue>` of the firehose). The message is found by `message_key`. */
export interface DeliveredEvent {
  readonly event: 'delivered';
  readonly seq: number;
  readonly at_ms: number;
  readonly queue: string;
  readonly is_redelivered: boolean;
  /** The consumer's connection. */
  readonly connection?: string;
  /** `_unique_id` of the message, or whatever else the tap tells equal messages by; see `messageKey`. */
  readonly message_key: string;
}

/** What the broker says of itself; each one replaces the one before. */
export interface BusStateEvent {
  readonly event: 'state';
  readonly seq: number;
  readonly at_ms: number;
  readonly exchanges: readonly { readonly name: string; readonly type: string }[];
  readonly queues: readonly {
    readonly name: string;
    readonly ready: number;
    readonly unacknowledged: number;
    readonly consumers: number;
  }[];
  readonly bindings: readonly {
    readonly exchange: string;
    readonly destination: string;
    readonly destination_type: 'queue' | 'exchange';
    readonly routing_key: string;
  }[];
  /** `program` is what the client calls itself (`connection_name`). */
  readonly connections: readonly { readonly name: string; readonly program?: string; readonly user?: string }[];
  readonly consumers: readonly { readonly queue: string; readonly connection?: string; readonly tag?: string }[];
}

/** The tap lost sight of the bus: what travelled meanwhile is not known. */
export interface GapEvent {
  readonly event: 'gap';
  readonly seq: number;
  readonly at_ms: number;
  readonly until_ms: number;
  readonly why: string;
}
