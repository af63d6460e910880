/**
 * Names of OpenTelemetry's semantic conventions 1.45 that are used here, and the rules by which values are made: messaging
 * (messaging-spans.md, rabbitmq.md) for where a message goes, RPC (rpc-spans.md) for what it asks.
 */
import type { Attributes } from '@opentelemetry/api';
import { classOf, unnamedModule } from '../failure.ts';
import { remoteFailureOf } from '../remote-errors.ts';
import type { IncomingRequest, OutgoingMessage } from '../types.ts';

/** Attribute names; a test holds them against the published list. */
export const attr = {
  rpcSystem: 'rpc.system.name',
  rpcMethod: 'rpc.method',
  messagingSystem: 'messaging.system.name',
  destination: 'messaging.destination.name',
  destinationTemplate: 'messaging.destination.template',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  messageId: 'messaging.message.id',
  conversationId: 'messaging.message.conversation_id',
  routingKey: 'rabbitmq.destination.routing_key',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
} as const;

/** Names of the metrics; see {@link Instruments}. */
export const metric = {
  sent: 'messaging.client.sent.messages',
  consumed: 'messaging.client.consumed.messages',
  operation: 'messaging.client.operation.duration',
  process: 'messaging.process.duration',
  clientCall: 'rpc.client.call.duration',
  serverCall: 'rpc.server.call.duration',
} as const;

/** The part of a message's description that is the same for all messages of its kind: few values, fit for metrics. */
export interface Description {
  readonly spanName: string;
  /** Of metrics about messages. */
  readonly messaging: Attributes;
  /** Of metrics about calls. */
  readonly rpc: Attributes;
  /** Of spans. */
  readonly span: Attributes;
}

/** Bound on what is remembered: a program that invents topics must not fill the memory. */
const mostRemembered = 1_000;

/** Describes messages, each kind once. */
export class Descriptions {
  readonly #broker: Attributes;
  readonly #known = new Map<string, Description>();

  /** `broker`: attributes of all. */
  constructor(broker: Attributes) {
    this.#broker = broker;
  }

  /** Of a message to be published: a call as an RPC, anything else as a message. */
  outgoing(message: OutgoingMessage): Description {
    const { kind, exchange, routingKey, topic, server, method } = message;
    const namespace = message.message['namespace'];
    return this.#describe({ exchange, routingKey, topic, server, method, namespace }, kind === 'call', 'publish');
  }

  /** Of a request about to be dispatched. */
  incoming(request: IncomingRequest): Description {
    return this.#describe(request, request.kind === 'call', 'process');
  }

  #describe(described: Described, isCall: boolean, operation: Operation): Description {
    const { exchange, routingKey, topic, namespace, method } = described;
    const key = `${operation}\n${isCall}\n${exchange}\n${routingKey}\n${topic}\n${namespace}\n${method}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= mostRemembered) this.#known.clear();
    const description = describe(described, isCall, operation, this.#broker);
    this.#known.set(key, description);
    return description;
  }
}

type Operation = 'publish' | 'process';

interface Described {
  readonly exchange: string;
  readonly routingKey: string;
  readonly topic: string | undefined;
  readonly server: string | undefined;
  readonly method: string | undefined;
  readonly namespace?: unknown;
}

function describe(described: Described, isCall: boolean, operation: Operation, broker: Attributes): Description {
  const { name, template } = placeOf(described);
  const isForMany = template === undefined; // then the name itself has few values
  const messaging: Attributes = {
    [attr.messagingSystem]: 'rabbitmq',
    [attr.operationName]: operation,
    [attr.operationType]: operation === 'publish' ? 'send' : 'process',
    [isForMany ? attr.destination : attr.destinationTemplate]: template ?? name,
    ...broker,
  };
  const rpc = rpcAttributes(described, broker);
  if (isCall) {
    // Each attribute costs CPU in every span. Of the messaging ones those are left that lead to the messages.
    return { spanName: String(rpc[attr.rpcMethod]), messaging, rpc, span: { ...rpc, [attr.destination]: name } };
  }
  const span: Attributes = { ...messaging, [attr.destination]: name, ...(described.method === undefined ? {} : rpc) };
  if (described.routingKey !== '') span[attr.routingKey] = described.routingKey;
  return { spanName: `${operation} ${template ?? name}`, messaging, rpc, span };
}

function rpcAttributes({ topic = '', namespace, method }: Described, broker: Attributes): Attributes {
  const service = typeof namespace === 'string' ? `${topic}.${namespace}` : topic;
  return {
    [attr.rpcSystem]: 'oslo.messaging',
    ...(method === undefined ? {} : { [attr.rpcMethod]: `${service}/${method}` }),
    ...broker,
  };
}

/** `exchange:routing key`, of the two what there is; as a template where the key names one server of many. */
function placeOf({ exchange, routingKey, topic, server }: Described): { name: string; template: string | undefined } {
  const name = [exchange, routingKey].filter((part) => part !== '').join(':');
  const isOneServers = server !== undefined && routingKey === `${topic}.${server}`;
  return { name, template: isOneServers ? `${exchange}:${topic}.{server}` : undefined };
}

/** The class of an error as it travels, so that both sides of the wire say the same; with its Python module if it has one. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  const { class: className, module } = remoteFailureOf(error) ?? classOf(error);
  return ['', 'builtins', unnamedModule].includes(module) ? className : `${module}.${className}`;
}
