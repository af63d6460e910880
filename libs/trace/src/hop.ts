/** A message as a tap on the bus saw it being published, before anything of it is understood. */
export interface SeenMessage {
  readonly exchange: string;
  readonly routing_key: string;
  /** Queues that it was routed to, where the tap knows. */
  readonly routed_queues?: readonly string[];
  /** The body as text. */
  readonly body: string;
  /** Name of the connection that published it, where the tap knows. */
  readonly connection?: string;
  /** Milliseconds since 1970. */
  readonly at_ms: number;
}

/** One message between services, read from its envelope: what kind it is, what it asks, whose request it belongs to. */
export interface Hop {
  readonly kind: 'call' | 'cast' | 'fanout' | 'reply' | 'heartbeat';
  readonly exchange: string;
  readonly routing_key: string;
  readonly topic?: string;
  readonly server?: string;
  readonly method?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly msg_id?: string;
  readonly reply_queue?: string;
  readonly unique_id?: string;
  readonly request_id?: string;
  /** Replies: the failure as it travelled, null when it went well. */
  readonly failure?: string | null;
  readonly routed_queues: readonly string[];
  readonly connection?: string;
  readonly at_ms: number;
}
