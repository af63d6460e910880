import { defaultOptions, type RabbitOptions } from '../options.ts';
import { channelsOf, keyOf, repliesChannel } from './channels.ts';
import { commonSchemas, failureMessage, heartbeatMessage, replyMessage, requestMessage } from './messages.ts';

/** JSON Schema, as AsyncAPI takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What is known of a method beside the names of its arguments. */
export interface MethodInput {
  readonly description?: string;
  /** How it is meant to be asked. Default: `call`. A fanout is a cast to all. */
  readonly kind?: 'call' | 'cast' | 'fanout';
  /** It is asked of one named server, not of any. */
  readonly isToServer?: boolean;
  readonly args?: Readonly<Record<string, Schema>>;
  readonly result?: Schema;
}

/** An endpoint interface and where it is served. */
export interface EndpointInput {
  readonly topic: string;
  readonly namespace?: string;
  /** What it implements. Default `1.0`. */
  readonly version?: string;
  /** As endpoints carry them: `{ sleep: ['seconds', 'value?'] }`. */
  readonly signatures: Readonly<Record<string, readonly string[] | undefined>>;
  readonly description?: string;
  readonly methods?: Readonly<Record<string, MethodInput>>;
}

export interface AsyncApiInput {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Default: oslo.messaging's, `openstack`. */
  readonly controlExchange?: string;
  /** Those that the servers run with, for the flags of exchanges. */
  readonly options?: Partial<RabbitOptions>;
  /** AsyncAPI's server objects: where a broker is. */
  readonly servers?: Readonly<Record<string, Schema>>;
  readonly endpoints: readonly EndpointInput[];
  /** What `$ref: '#/components/schemas/…'` in the endpoints' schemas names. */
  readonly schemas?: Readonly<Record<string, Schema>>;
}

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

/** A method with all that the document says of it. */
export interface DescribedMethod {
  /** `topic.method`, or `topic.namespace.method`. */
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly namespace: string | undefined;
  readonly version: string;
  readonly kind: 'call' | 'cast' | 'fanout';
  readonly isToServer: boolean;
  readonly description: string | undefined;
  readonly args: Readonly<Record<string, Schema>>;
  readonly requiredArgs: readonly string[];
  readonly result: Schema;
}

function methodsOf(endpoint: EndpointInput): DescribedMethod[] {
  const { topic, namespace, version = '1.0', signatures } = endpoint;
  return Object.entries(signatures).map(([name, signature = []]) => {
    const { kind = 'call', isToServer = false, description, args = {}, result = {} } = endpoint.methods?.[name] ?? {};
    const names = signature.map((argument) => argument.replace(/\?$/, ''));
    return {
      id: [topic, ...(namespace === undefined ? [] : [namespace]), name].join('.'),
      name,
      topic,
      namespace,
      version,
      kind,
      isToServer,
      description,
      args: Object.fromEntries(names.map((argument) => [argument, args[argument] ?? {}])),
      requiredArgs: signature.filter((argument) => !argument.endsWith('?')),
      result,
    };
  });
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
