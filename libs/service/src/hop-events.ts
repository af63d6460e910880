import { subscribe } from 'node:diagnostics_channel';

/**
 * What the bus library tells on `node:diagnostics_channel`, as far as it is used here: the union of its events. Every event
 * carries the transport that it belongs to, so that several services in one process can be told apart.
 */
export interface HopEvent {
  readonly transport: object;
  readonly kind?: string | undefined;
  readonly exchange?: string | undefined;
  readonly routingKey?: string | undefined;
  readonly topic?: string | undefined;
  readonly server?: string | undefined;
  readonly method?: string | undefined;
  readonly msgId?: string | undefined;
  readonly uniqueId?: string | undefined;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  /** How long it took, milliseconds. */
  readonly ms?: number | undefined;
  readonly error?: unknown;
  /** The endpoint declared the error as one that its callers expect. */
  readonly isExpected?: boolean | undefined;
  /** `rpc.poison`: why it could not be served. */
  readonly reason?: string | undefined;
  /** `rpc.notify`: what was told. */
  readonly eventType?: string | undefined;
  /** `rpc.connection`: what happened, to which connection, of which broker. */
  readonly event?: string | undefined;
  readonly purpose?: string | undefined;
  readonly host?: string | undefined;
}

export type HopChannel =
  | 'rpc.send'
  | 'rpc.publish'
  | 'rpc.dispatch'
  | 'rpc.dispatched'
  | 'rpc.reply'
  | 'rpc.poison'
  | 'rpc.notify'
  | 'rpc.connection';

type Listeners = { readonly [C in HopChannel]?: (event: HopEvent) => void };

/**
 * Who listens to which transport. Weak, and with one subscription a channel for the whole process: a transport that is gone
 * takes its listeners with it, and in a process of many services an event costs one look-up.
 */
const listening = new WeakMap<object, Set<Listeners>>();
const subscribed = new Set<HopChannel>();

/** Listens to the events of one transport until disposed. */
export function listenTo(transport: object, listeners: Listeners): Disposable {
  for (const channel of Object.keys(listeners) as HopChannel[]) hear(channel); // its keys are channels
  const those = listening.get(transport) ?? new Set();
  listening.set(transport, those.add(listeners));
  return { [Symbol.dispose]: () => void those.delete(listeners) };
}

function hear(channel: HopChannel): void {
  if (subscribed.has(channel)) return;
  subscribed.add(channel);
  subscribe(channel, (message) => {
    const event = message as HopEvent; // the library's typed events; only what is named above is read
    for (const listeners of listening.get(event.transport) ?? []) listeners[channel]?.(event);
  });
}
