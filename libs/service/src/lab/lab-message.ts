import type { IncomingRequest, OutgoingMessage } from '@novasim/rpc';
import { LAB_DESK_TOPIC, LAB_TOPIC, type LabMessage } from '@novasim/rpcapi';

/** What a reply answers: on the wire it only has the id. */
export interface Answered {
  readonly topic: string;
  readonly method: string;
}

/** The lab's own messages pass, or it would lock itself out. */
export function isOfLab(topic: string | undefined): boolean {
  return topic === LAB_TOPIC || topic === LAB_DESK_TOPIC;
}

/** A message that is about to be published, as the lab sees it; undefined for heartbeats of calls, which it leaves alone. */
export function readOutgoing(message: OutgoingMessage, answered: Answered | undefined): LabMessage | undefined {
  const { kind, exchange, routingKey, topic, server, method, msgId, message: body } = message;
  if (kind === 'heartbeat') return undefined;
  return {
    side: 'publish',
    kind,
    exchange,
    routing_key: routingKey,
    ...present('topic', topic ?? answered?.topic),
    ...present('server', server),
    ...present('method', method ?? answered?.method),
    ...present('msg_id', msgId),
    ...present('request_id', body['_context_request_id']),
    ...present('instance_uuid', instanceOf(body['args'])),
  };
}

/** A request that has arrived and is about to run, as the lab sees it. */
export function readIncoming(request: IncomingRequest): LabMessage {
  const { kind, exchange, routingKey, topic, server, method, msgId, context, args } = request;
  return {
    side: 'dispatch',
    kind,
    exchange,
    routing_key: routingKey,
    topic,
    server,
    method,
    ...present('msg_id', msgId),
    ...present('request_id', context['request_id']),
    ...present('instance_uuid', instanceOf(args)),
  };
}

function present<K extends string>(name: K, value: unknown): { readonly [P in K]?: string } {
  // The computed key is the one that K names.
  return (typeof value === 'string' ? { [name]: value } : {}) as { readonly [P in K]?: string };
}

/** `instance_uuid`, or `instance.uuid`. */
function instanceOf(args: unknown): unknown {
  const { instance_uuid, instance } = (args ?? {}) as Readonly<Record<string, unknown>>; // of an object or nothing
  return instance_uuid ?? (instance as { readonly uuid?: unknown } | null | undefined)?.uuid;
}
