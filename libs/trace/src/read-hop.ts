import type { Hop, SeenMessage } from './hop.ts';
import { innerMessage, isObject } from './json.ts';

/**
 * Reads an oslo.messaging request or reply (envelope 2.0, or bare as its oldest senders do). Undefined for whatever is
 * neither: notifications, other people's messages, garbage.
 */
export function readHop(seen: SeenMessage): Hop | undefined {
  const message = innerMessage(seen.body);
  if (message === undefined) return undefined;
  const common = {
    exchange: seen.exchange,
    routing_key: seen.routing_key,
    routed_queues: seen.routed_queues ?? [],
    ...(seen.connection !== undefined && { connection: seen.connection }),
    at_ms: seen.at_ms,
    ...textField(message, '_msg_id', 'msg_id'),
    ...textField(message, '_unique_id', 'unique_id'),
  };
  if (typeof message['method'] === 'string') return request(seen, message, common);
  if ('result' in message && 'failure' in message) {
    const isEnd = message['ending'] !== false || message['result'] !== null || message['failure'] !== null;
    const failure = message['failure'];
    return { ...common, kind: isEnd ? 'reply' : 'heartbeat', failure: failure === null ? null : String(failure) };
  }
  return undefined;
}

type Common = Pick<Hop, 'exchange' | 'routing_key' | 'routed_queues' | 'at_ms'>;

function request(seen: SeenMessage, message: Readonly<Record<string, unknown>>, common: Common): Hop {
  const isFanout = seen.exchange.endsWith(FANOUT_SUFFIX);
  const kind = message['_msg_id'] ? 'call' : isFanout ? 'fanout' : 'cast';
  const args = message['args'];
  return {
    ...common,
    kind,
    ...address(seen, isFanout),
    ...textField(message, 'method', 'method'),
    ...textField(message, 'namespace', 'namespace'),
    ...textField(message, 'version', 'version'),
    ...textField(message, '_reply_q', 'reply_queue'),
    ...textField(message, '_context_request_id', 'request_id'),
    args: isObject(args) ? args : {},
  };
}

const FANOUT_SUFFIX = '_fanout';

/** `compute.host-1` is server `host-1` of topic `compute`; a server's name may have dots of its own. */
function address(seen: SeenMessage, isFanout: boolean): Pick<Hop, 'topic' | 'server'> {
  if (isFanout) return { topic: seen.exchange.slice(0, -FANOUT_SUFFIX.length) };
  const dot = seen.routing_key.indexOf('.');
  if (dot === -1) return { topic: seen.routing_key };
  return { topic: seen.routing_key.slice(0, dot), server: seen.routing_key.slice(dot + 1) };
}

function textField<N extends string>(
  message: Readonly<Record<string, unknown>>,
  key: string,
  name: N,
): { [K in N]?: string } {
  const value = message[key];
  return (typeof value === 'string' ? { [name]: value } : {}) as { [K in N]?: string }; // the key is N by construction
}
