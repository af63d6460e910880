import { type Channel, channel } from 'node:diagnostics_channel';
import type { Notification, NotificationPriority } from './notify/notification.ts';
import type { RequestContext } from './types.ts';

/** The ids and addresses of a request. `transport` tells several services in one process apart. */
export interface RequestEvent {
  /** The Transport object that published or received. */
  readonly transport: object;
  readonly kind: 'call' | 'cast' | 'fanout';
  readonly exchange: string;
  readonly routingKey: string;
  readonly topic: string;
  readonly server?: string | undefined;
  readonly method: string;
  readonly msgId?: string | undefined;
  readonly context: RequestContext;
}

/** A request or a reply, as it is handed to the broker or confirmed by it. A reply has no context of its own. */
export interface PublishEvent {
  readonly transport: object;
  readonly kind: 'call' | 'cast' | 'fanout' | 'reply' | 'heartbeat' | 'notification';
  readonly exchange: string;
  readonly routingKey: string;
  readonly topic?: string | undefined;
  readonly server?: string | undefined;
  readonly method?: string | undefined;
  readonly msgId?: string | undefined;
  readonly context?: RequestContext | undefined;
  /** The named arguments of a request: for whoever wants to say what it is about. Not to be changed. */
  readonly args?: unknown;
}

/** A request was taken and its method is about to run. */
export interface DispatchEvent extends RequestEvent {
  readonly server: string;
  readonly namespace?: string | undefined;
  readonly version: string;
  /** The named arguments, as they came. Not to be changed. */
  readonly args: unknown;
}

/** The method ended. `isExpected`: the endpoint declared the error as expected. */
export interface DispatchedEvent extends DispatchEvent {
  readonly ms: number;
  readonly error?: unknown;
  readonly isExpected?: boolean;
}

/** A call ended at the client. */
export interface ReplyEvent {
  readonly transport: object;
  readonly topic: string;
  readonly server?: string | undefined;
  readonly method: string;
  readonly msgId: string;
  readonly context: RequestContext;
  readonly ms: number;
  readonly error?: unknown;
}

/** A message that cannot be read or dispatched, or a reply that nobody takes; the ids are those that could be read. */
export interface PoisonEvent {
  readonly transport: object;
  readonly reason: string;
  readonly error?: unknown;
  readonly topic?: string | undefined;
  readonly server?: string | undefined;
  readonly exchange: string;
  readonly routingKey: string;
  readonly method?: string | undefined;
  readonly msgId?: string | undefined;
  readonly uniqueId?: string | undefined;
  readonly context?: RequestContext | undefined;
}

/** A notification was sent to one topic, or given up when there is an `error`. */
export interface NotifyEvent {
  readonly transport: object;
  readonly topic: string;
  readonly driver: 'messaging' | 'messagingv2';
  readonly priority: NotificationPriority;
  readonly eventType: string;
  readonly publisherId: string | undefined;
  readonly messageId: string;
  readonly error?: unknown;
}

/** The endpoints of a listener have returned. `error`: what one of them threw. */
export interface NotifiedEvent extends Notification {
  readonly transport: object;
  readonly exchange: string;
  readonly routingKey: string;
  readonly context: RequestContext;
  readonly isRequeued: boolean;
  readonly ms: number;
  readonly error?: unknown;
}

/** Something happened to one of the transport's connections. */
export interface ConnectionEvent {
  readonly transport: object;
  /** `durable`: the broker refused transient queues; they are declared durable from here on. */
  readonly event: 'connected' | 'lost' | 'retrying' | 'blocked' | 'unblocked' | 'durable';
  readonly purpose: 'publish' | 'consume';
  /** `host:port` of the broker. */
  readonly host?: string | undefined;
  readonly error?: unknown;
}

/** Name of each channel with the type of its events. `rpc.send` comes before the message goes, `rpc.publish` once it is confirmed. */
export interface DiagnosticEvents {
  'rpc.send': PublishEvent;
  'rpc.publish': PublishEvent;
  'rpc.dispatch': DispatchEvent;
  'rpc.dispatched': DispatchedEvent;
  'rpc.reply': ReplyEvent;
  'rpc.poison': PoisonEvent;
  'rpc.notify': NotifyEvent;
  'rpc.notified': NotifiedEvent;
  'rpc.connection': ConnectionEvent;
}

/** The channels; who publishes asks `hasSubscribers` first, so that without a listener nothing is built. */
export const diagnostics = {
  send: channel('rpc.send'),
  publish: channel('rpc.publish'),
  dispatch: channel('rpc.dispatch'),
  dispatched: channel('rpc.dispatched'),
  reply: channel('rpc.reply'),
  poison: channel('rpc.poison'),
  notify: channel('rpc.notify'),
  notified: channel('rpc.notified'),
  connection: channel('rpc.connection'),
} satisfies Record<string, Channel>;

/** Listens to one channel of `node:diagnostics_channel` with its type. Returns what ends it. */
export function onDiagnostic<N extends keyof DiagnosticEvents>(
  name: N,
  listener: (event: DiagnosticEvents[N]) => void,
): () => void {
  const target = channel(name);
  const untyped = (event: unknown): void => listener(event as DiagnosticEvents[N]); // only this library publishes there
  target.subscribe(untyped);
  return () => {
    target.unsubscribe(untyped);
  };
}
