import { subscribe, unsubscribe } from 'node:diagnostics_channel';

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
  | 'rpc.connection';

/** Listens to the events of one transport until disposed. */
export function listenTo(
  transport: object,
  listeners: { readonly [C in HopChannel]?: (event: HopEvent) => void },
): Disposable {
  const stack = new DisposableStack();
  for (const [channel, listener] of Object.entries(listeners)) {
    const onMessage = (message: unknown) => {
      const event = message as HopEvent; // the library's typed events; only what is named above is read
      if (event.transport === transport) listener(event);
    };
    subscribe(channel, onMessage);
    stack.defer(() => unsubscribe(channel, onMessage));
  }
  return stack;
}
