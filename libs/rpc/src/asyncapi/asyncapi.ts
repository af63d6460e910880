import { defaultOptions } from '../options.ts';
import { channelsOf, keyOf, repliesChannel } from './channels.ts';
import { type DescribedMethod, methodsOf } from './described-method.ts';
import type { AsyncApiInput } from './input.ts';
import { commonSchemas, failureMessage, heartbeatMessage, replyMessage, requestMessage } from './messages.ts';
import type { Schema } from './schema.ts';

/** An AsyncAPI 3 document, ready for JSON. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: Schema;
  readonly defaultContentType: 'application/json';
  readonly servers?: Readonly<Record<string, Schema>>;
  readonly channels: Readonly<Record<string, Schema>>;
  readonly operations: Readonly<Record<string, Schema>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

/**
 * Describes endpoints from the side of their servers: what they receive and what they reply. Payloads are the messages that
 * travel inside the envelope 2.0. Each topic has three channels: any server, one by name, all by fanout.
 */
export function asyncapi(input: AsyncApiInput): AsyncApiDocument {
  const { title, version, description, servers, endpoints, schemas } = input;
  const options = { ...defaultOptions, ...input.options };
  const methods = endpoints.flatMap(methodsOf);
  const messages: Record<string, Schema> = { failure: failureMessage, heartbeat: heartbeatMessage };
  for (const method of methods) {
    messages[method.id] = requestMessage(method);
    if (method.kind === 'call') messages[`${method.id}.reply`] = replyMessage(method);
  }
  return {
    asyncapi: '3.0.0',
    info: { title, version, ...(description === undefined ? {} : { description }) },
    defaultContentType: 'application/json',
    ...(servers === undefined ? {} : { servers }),
    channels: {
      ...channelsOf(methods, input.controlExchange ?? 'openstack', options),
      replies: repliesChannel(methods, options),
    },
    operations: Object.fromEntries(methods.map((method) => [method.id, operationOf(method)])),
    components: { messages, schemas: { ...commonSchemas, ...schemas } },
  };
}

function operationOf(method: DescribedMethod): Schema {
  const { id, name, kind, description } = method;
  const channel = `#/channels/${keyOf(method)}`;
  const reply = {
    address: { description: 'The reply queue, by the default exchange.', location: '$message.payload#/_reply_q' },
    channel: { $ref: '#/channels/replies' },
    messages: [`${id}.reply`, 'failure', 'heartbeat'].map((message) => ({
      $ref: `#/channels/replies/messages/${message}`,
    })),
  };
  return {
    action: 'receive',
    channel: { $ref: channel },
    title: name,
    ...(description === undefined ? {} : { description }),
    messages: [{ $ref: `${channel}/messages/${id}` }],
    bindings: { amqp: { deliveryMode: 2, priority: 0, ack: true, bindingVersion: '0.3.0' } },
    ...(kind === 'call' ? { reply } : {}),
  };
}
