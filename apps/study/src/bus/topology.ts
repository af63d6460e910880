/** The bus as it stands: what `/api/topology` answers and every `state` event carries. Rates are messages a second. */
export interface Topology {
  /** When the broker said so, milliseconds since 1970; 0 while it has said nothing. */
  readonly at_ms: number;
  readonly exchanges: readonly {
    readonly name: string;
    readonly type: string;
    readonly publish_rate: number;
    readonly bindings: number;
  }[];
  readonly queues: readonly QueueState[];
  readonly bindings: readonly BindingState[];
  readonly consumers: readonly { readonly queue: string; readonly connection?: string; readonly program?: string }[];
  readonly dead_ends: readonly DeadEnd[];
}

export interface QueueState {
  readonly name: string;
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
  readonly deliver_rate: number;
}

export interface BindingState {
  readonly exchange: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
}

/** A place where messages wait for nobody or go nowhere; `why` is a sentence. */
export interface DeadEnd {
  readonly kind: 'unread queue' | 'unbound exchange' | 'ownerless reply queue';
  readonly name: string;
  readonly why: string;
}

/** What `/api/route` answers: where a message would go. */
export interface RouteAnswer {
  readonly exchange: string;
  readonly routing_key: string;
  readonly queues: readonly {
    readonly name: string;
    readonly via: readonly string[];
    readonly ready: number;
    readonly consumers: number;
  }[];
  /** What happens, in a sentence. */
  readonly verdict: string;
}
