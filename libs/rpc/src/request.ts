import { unpackContext } from './context.ts';
import type { Delivery } from './driver.ts';
import { isObject, kindOf } from './envelope.ts';
import { UnsupportedVersion } from './errors.ts';
import type { IncomingRequest } from './types.ts';

/** Where a reply goes, and what the caller asked for beside it. */
export interface ReplyAddress {
  readonly msgId: string;
  readonly queue: string;
  /** The call-monitor timeout as it came: usually null or a number of seconds. */
  readonly monitorTimeout: unknown;
  /** The answer is on its way: no heartbeat may follow. */
  isAnswered: boolean;
}

/** A message taken apart. `fault` says why it cannot be dispatched; the rest is what could be read. */
export interface ReadRequest {
  readonly request: IncomingRequest;
  readonly reply: ReplyAddress | undefined;
  readonly fault: Error | undefined;
}

/** Takes a decoded message apart. A request for a reply is one with a `_msg_id` and a queue to send it to. */
export function readRequest(
  message: Readonly<Record<string, unknown>>,
  delivery: Delivery,
  server: { topic: string; server: string },
): ReadRequest {
  const { _msg_id: msgId, _reply_q: queue, _unique_id: uniqueId, method, args, namespace } = message;
  const reply =
    typeof msgId === 'string' && msgId !== '' && typeof queue === 'string' && queue !== ''
      ? { msgId, queue, monitorTimeout: message['_timeout'], isAnswered: false }
      : undefined;
  // Fields that may be missing are set one by one: spreading objects would cost more than all else here.
  const request: Mutable<IncomingRequest> = {
    kind: delivery.isFanout ? 'fanout' : reply === undefined ? 'cast' : 'call',
    topic: server.topic,
    server: server.server,
    method: typeof method === 'string' ? method : '',
    version: versionOf(message),
    context: unpackContext(message),
    args: isObject(args) ? args : {},
    headers: delivery.headers,
    exchange: delivery.exchange,
    routingKey: delivery.routingKey,
  };
  if (typeof namespace === 'string') request.namespace = namespace;
  if (reply !== undefined) request.msgId = reply.msgId;
  if (typeof uniqueId === 'string') request.uniqueId = uniqueId;
  return { request, reply, fault: faultOf(message) };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Absent means 1.0. A number is taken for its text; what else is no text is a fault, and called by its kind. */
function versionOf({ version }: Readonly<Record<string, unknown>>): string {
  if (version === undefined) return '1.0';
  if (version === null) return 'None';
  return ['string', 'number'].includes(typeof version) ? `${version}` : kindOf(version);
}

function faultOf({ method, args, namespace, version }: Readonly<Record<string, unknown>>): Error | undefined {
  if (typeof method !== 'string') return new TypeError(`method of the request is ${kindOf(method)}, expected text`);
  if (args !== undefined && !isObject(args)) {
    return new TypeError(`args of the request to ${method} is ${kindOf(args)}, expected an object`);
  }
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return new TypeError(`namespace of the request to ${method} is ${kindOf(namespace)}, expected text`);
  }
  // An explicit null is not 1.0, and fits no endpoint (rpc/dispatcher.py).
  if (version === null) return new UnsupportedVersion('None', method);
  if (version !== undefined && !['string', 'number'].includes(typeof version)) {
    return new TypeError(`version of the request to ${method} is ${kindOf(version)}, expected text`);
  }
  return undefined;
}
