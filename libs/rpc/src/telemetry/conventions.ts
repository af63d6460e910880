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

/** Describes a message to be published: a call as an RPC, anything else as a message. */
export function describeOutgoing(message: OutgoingMessage, broker: Attributes): Description {
  const { kind, exchange, routingKey, topic, server, method } = message;
  const namespace = message.message['namespace'];
  return describe({ exchange, routingKey, topic, server, method, namespace }, kind === 'call', 'publish', broker);
}

/** Describes a request about to be dispatched. */
export function describeIncoming(request: IncomingRequest, broker: Attributes): Description {
  return describe(request, request.kind === 'call', 'process', broker);
}

interface Described {
  readonly exchange: string;
  readonly routingKey: string;
  readonly topic: string | undefined;
  readonly server: string | undefined;
  readonly method: string | undefined;
  readonly namespace?: unknown;
}

function describe(
  described: Described,
  isCall: boolean,
  operation: 'publish' | 'process',
  broker: Attributes,
): Description {
  const { routingKey, topic = '', method } = described;
  const place = placeOf(described);
  const messaging: Attributes = {
    [attr.messagingSystem]: 'rabbitmq',
    [attr.operationName]: operation,
    [attr.operationType]: operation === 'publish' ? 'send' : 'process',
    [place.template === undefined ? attr.destination : attr.destinationTemplate]: place.template ?? place.name,
    ...broker,
  };
  const rpc: Attributes = { [attr.rpcSystem]: 'oslo.messaging', ...broker };
  if (method !== undefined) {
    rpc[attr.rpcMethod] =
      `${typeof described.namespace === 'string' ? `${topic}.${described.namespace}` : topic}/${method}`;
  }
  const span: Attributes = { ...messaging, [attr.destination]: place.name };
  if (method !== undefined) Object.assign(span, rpc);
  if (routingKey !== '') span[attr.routingKey] = routingKey;
  if (isCall) {
    // The span is the call's, from request to answer, not that of one operation with the broker.
    delete span[attr.operationName];
    delete span[attr.operationType];
  }
  const spanName = isCall ? String(rpc[attr.rpcMethod]) : `${operation} ${place.template ?? place.name}`;
  return { spanName, messaging, rpc, span };
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
