/**
 * The words of the library. A target says where a request goes or what a server serves; a context travels with each
 * request; an endpoint is an object whose methods are served. Meanings as in oslo.messaging (target.py, rpc/client.py).
 */

/** Values that accompany a request from service to service. On the wire each key is `_context_<key>`, one level deep. */
export type RequestContext = Readonly<Record<string, unknown>>;

/** Where a request goes (client) or what is served (server). Absent means unset: nothing of it is put on the wire. */
export interface Target {
  /** Scope of topics. Default: the transport's control exchange. */
  readonly exchange?: string;
  /** Name of a group of servers that offer the same methods. */
  readonly topic?: string;
  /** Narrows a topic to one interface of several behind it. */
  readonly namespace?: string;
  /** `major.minor` (integers). Client: what the request needs. Endpoint: what it implements, default `1.0`. */
  readonly version?: string;
  /** Name of one member of the group. */
  readonly server?: string;
  /** Every member of the group; casts only. */
  readonly fanout?: boolean;
}

/** What a method of an endpoint looks like: context first, then the named arguments as one object. */
// biome-ignore lint/suspicious/noExplicitAny: the one place where any endpoint's own argument type must fit
export type EndpointMethod = (ctx: RequestContext, args: any) => unknown;

/** Names of the methods of an endpoint interface. */
export type MethodOf<E> = { [K in keyof E]: E[K] extends EndpointMethod ? K : never }[keyof E] & string;
/** The named arguments of a method. */
export type ArgsOf<E, M extends keyof E> = E[M] extends (ctx: RequestContext, args: infer A) => unknown ? A : never;
/** What a method answers. */
export type ResultOf<E, M extends keyof E> = E[M] extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Argument names of each method; a trailing `?` marks one that may be missing: `{ sleep: ['seconds', 'value?'] }`. */
export type Signatures<E> = { readonly [M in MethodOf<E>]?: readonly string[] };

/**
 * An object whose methods are served. `endpointTarget` names its namespace and version (default: none, `1.0`).
 * With `signatures`, a missing or unknown argument is refused with a TypeError in Python's words before the method runs.
 * Methods may come from the object or its class; names that start with `_`, `endpointTarget`, `signatures` and whatever
 * is inherited from Object are never callable.
 */
export interface Endpoint {
  readonly endpointTarget?: {
    readonly namespace?: string;
    readonly version?: string;
    /** Older namespaces that the endpoint still answers to. */
    readonly legacyNamespaces?: readonly string[];
  };
  readonly signatures?: Readonly<Record<string, readonly string[]>>;
}

/** A request or reply about to be published, as an interceptor sees it. Changing `message` changes what is sent. */
export interface OutgoingMessage {
  readonly kind: 'call' | 'cast' | 'fanout' | 'reply' | 'heartbeat' | 'notification';
  readonly exchange: string;
  readonly routingKey: string;
  readonly topic?: string;
  readonly server?: string;
  readonly method?: string;
  readonly msgId?: string;
  /** The inner message, before the envelope. */
  readonly message: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
}

/** A request that arrived and is about to be dispatched, as an interceptor sees it. */
export interface IncomingRequest {
  readonly kind: 'call' | 'cast' | 'fanout';
  readonly topic: string;
  readonly server: string;
  readonly method: string;
  readonly namespace?: string;
  readonly version: string;
  readonly msgId?: string;
  readonly uniqueId?: string;
  readonly context: RequestContext;
  readonly args: Record<string, unknown>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly exchange: string;
  readonly routingKey: string;
}

/** What an interceptor's `dispatch` returns instead of a result when nobody shall answer: a call then ends at its timeout. */
export const noReply: unique symbol = Symbol('no reply');

/** Code around what is published and dispatched, outermost first. Not calling `next` swallows the message. */
export interface Interceptor {
  publish?(message: OutgoingMessage, next: () => Promise<void>): Promise<void>;
  dispatch?(request: IncomingRequest, next: () => Promise<unknown>): Promise<unknown>;
}
