import type { QueueState } from './unanswered-call.ts';

/** What the library asks of a message broker. `drivers/amqp` is the one implementation. */
export interface Driver extends AsyncDisposable {
  readonly state: DriverState;
  /** `host:port` of the broker, while connected. */
  readonly host: string | undefined;
  /** Resolves when the broker has confirmed; sends again by itself after a reconnect. */
  publish(publication: Publication, options?: PublishOptions): Promise<void>;
  /** Declares the three queues of a server and consumes them. */
  listen(target: ListenTarget, receive: Receive): Promise<Listener>;
  /** Declares a reply queue and consumes it. `options` bound the wait for a broker. */
  listenReplies(queue: string, receive: ReceiveReplies, options?: PublishOptions): Promise<Listener>;
  /** What the broker says of a queue now; undefined when it does not say soon. Never rejects. */
  look(queue: string): Promise<QueueState | undefined>;
  /** Declares the queues of notifications, or the one of a pool, and consumes them. */
  listenNotifications(target: NotificationTarget, receive: Receive): Promise<Listener>;
  /** Declares an exchange as it is described: for other topologies than oslo.messaging's. `options` bound the wait. */
  declareExchange(exchange: DescribedExchange, options?: PublishOptions): Promise<void>;
  /** Declares a queue as it is described, with its bindings and their exchanges, on the connection that consumes. */
  declareQueue(queue: DescribedQueue, options?: PublishOptions): Promise<void>;
  /** Declares a queue as it is described, and consumes it. Closing the listener deletes nothing. */
  listenTo(queue: DescribedQueue, receive: Receive, options?: PublishOptions): Promise<Listener>;
  on(listener: (event: DriverEvent) => void): void;
  /** Breaks the connections without a farewell, as a failing network would. */
  breakConnections(): void;
  close(): Promise<void>;
}

export type DriverState = 'connected' | 'reconnecting' | 'closed';

/** Something that happened to a connection. */
export interface DriverEvent {
  readonly event: 'connected' | 'lost' | 'retrying' | 'blocked' | 'unblocked' | 'durable';
  readonly purpose: 'publish' | 'consume';
  readonly host?: string | undefined;
  readonly error?: unknown;
}

/** A message to be published. */
export interface Publication {
  /** `direct`: the default exchange, for replies. `notification`: a topic whose queue is declared with the exchange. */
  readonly to: 'topic' | 'fanout' | 'direct' | 'notification';
  /** Name of the exchange; empty for `direct`. */
  readonly exchange: string;
  readonly routingKey: string;
  /** Text goes as UTF-8. It is kept until the broker confirms, and costs less than its bytes. */
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Rejects with MessageUndeliverable when no queue takes it. */
  readonly isMandatory: boolean;
  /** The broker drops the message when it waited longer. */
  readonly expirationMs?: number | undefined;
}

export interface PublishOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rounds over all hosts that may fail before the publication does; undefined: for ever. */
  readonly retry?: number | undefined;
  /** The call that it is made for: when that has ended, what is not sent yet is given up. */
  readonly call?: { readonly isEnded: boolean } | undefined;
}

export interface ListenTarget {
  readonly exchange: string;
  readonly topic: string;
  readonly server: string;
  /** Name of the fanout queue; kept over reconnects. */
  readonly fanoutQueue: string;
  /** Messages that may be taken from the broker and not yet accepted. */
  readonly prefetch: number;
}

export interface NotificationTarget {
  /** One for each topic and priority; the routing key is also the name of the queue, when there is no pool. */
  readonly routes: readonly { readonly exchange: string; readonly routingKey: string }[];
  /** Name of the one queue that all routes are bound to. */
  readonly pool: string | undefined;
  /** Messages that may be taken from the broker and not yet settled. */
  readonly prefetch: number;
}

/** An exchange as it is to be declared. Any difference from what exists is refused by the broker. */
export interface DescribedExchange {
  readonly name: string;
  readonly type: 'topic' | 'fanout' | 'direct';
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
}

/** A queue as it is to be declared. */
export interface DescribedQueue {
  readonly name: string;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  /** Only the connection that consumes may use it, and it goes with that connection. */
  readonly isExclusive: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly bindings: readonly { readonly exchange: DescribedExchange; readonly routingKey: string }[];
  /** What comes from it was fanned out. */
  readonly isFanout?: boolean;
  /** Messages that may be taken from the broker and not yet accepted; 0: no bound. */
  readonly prefetch: number;
}

/** Gets each delivery; must accept, reject or requeue it, at once or later. */
export type Receive = (delivery: Delivery) => void;

/** What comes of a reply queue. */
export interface ReceiveReplies {
  readonly receive: Receive;
  /** The queue was gone when it was to be consumed again, and is made anew; consuming had ended at that time (`Date.now`). */
  readonly queueLost: (endedAtMs: number) => void;
}

/** A message that the broker handed over and still holds until it is settled. */
export interface Delivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly exchange: string;
  readonly routingKey: string;
  readonly isFanout: boolean;
  /**
   * Acknowledges, and calls `run` once the acknowledgement is on its way. If the channel was lost before, the broker
   * delivers the message again, and `lost` is called instead.
   */
  accept(run: () => void, lost: () => void): void;
  /** Acknowledges soon, for what may come twice without harm. */
  acceptLazily(): void;
  /** Drops the message for good. */
  reject(): void;
  /** Gives the message back to its queue. */
  requeue(): void;
}

/** A running consumption. */
export interface Listener {
  /** Takes nothing more; what was handed over and not accepted can be given back. */
  cancel(): Promise<void>;
  /** Ends it and deletes what belongs to this listener alone (fanout queue, reply queue). */
  close(): Promise<void>;
}
