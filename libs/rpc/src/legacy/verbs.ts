import { packContext } from '../context.ts';
import { newId } from '../ids.ts';
import { send } from '../send.ts';
import { routeOf } from '../target.ts';
import { core } from '../transport.ts';
import type { OutgoingMessage, RequestContext } from '../types.ts';
import { connectLegacy, type LegacyBus, parts } from './bus.ts';
import { type Multicall, type ReplyPlace, RunningMulticall } from './multicall.ts';
import { type ServerParams, serverUrl } from './server-url.ts';

/** What a verb sends. Version and namespace came with Folsom. */
export interface LegacyMessage {
  readonly method: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly version?: string;
  readonly namespace?: string;
}

/** How long a call waits. */
export interface CallOptions {
  /** Between two replies. Default: the transport's response timeout. One that is given travels in the header `ttl`. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Sends a request and waits for its last result; null when it has none. @throws as `multicall` while it is iterated */
export async function call(
  bus: LegacyBus,
  context: RequestContext,
  topic: string,
  message: LegacyMessage,
  options: CallOptions = {},
): Promise<unknown> {
  let last: unknown = null;
  for await (const result of multicall(bus, context, topic, message, options)) last = result;
  return last;
}

/**
 * Sends a request whose method may answer several times, with a queue and a direct exchange made for it and named by its
 * `_msg_id`. Iterating throws what the method threw, MessagingTimeout, or the signal's reason.
 */
export function multicall(
  bus: LegacyBus,
  context: RequestContext,
  topic: string,
  message: LegacyMessage,
  { timeoutMs, signal }: CallOptions = {},
): Multicall {
  const { rules } = bus[parts];
  const headers = rules.hasTtl && timeoutMs !== undefined ? { ttl: timeoutMs } : {};
  return new RunningMulticall(bus, {
    topic,
    method: message.method,
    timeoutMs: timeoutMs ?? bus.transport[core].responseTimeoutMs,
    signal,
    send: (place, over) => publish(bus, 'call', context, topic, { ...message, ...place }, { headers, signal: over }),
  });
}

/** Sends a request and does not wait for an answer. Resolves with the broker's confirm, which Nova did not ask for. */
export function cast(bus: LegacyBus, context: RequestContext, topic: string, message: LegacyMessage): Promise<void> {
  return publish(bus, 'cast', context, topic, message);
}

/** Sends a request to every server of a topic. */
export function fanoutCast(
  bus: LegacyBus,
  context: RequestContext,
  topic: string,
  message: LegacyMessage,
): Promise<void> {
  return publish(bus, 'fanout', context, topic, message);
}

/** A cast over another broker, to which a connection is made and closed again. */
export async function castToServer(
  bus: LegacyBus,
  context: RequestContext,
  server: ServerParams,
  topic: string,
  message: LegacyMessage,
): Promise<void> {
  await using other = await connectElsewhere(bus, server);
  await cast(other, context, topic, message);
}

/** A fanout cast over another broker. */
export async function fanoutCastToServer(
  bus: LegacyBus,
  context: RequestContext,
  server: ServerParams,
  topic: string,
  message: LegacyMessage,
): Promise<void> {
  await using other = await connectElsewhere(bus, server);
  await fanoutCast(other, context, topic, message);
}

/**
 * Publishes an event to a topic such as `notifications.info`, declaring a queue of that name, so that it waits for whoever
 * listens later. `envelope`: wrapped as requests are; Nova sent it bare unless told otherwise.
 */
export async function notify(
  bus: LegacyBus,
  context: RequestContext,
  topic: string,
  message: Readonly<Record<string, unknown>>,
  { envelope = false }: { readonly envelope?: boolean } = {},
): Promise<void> {
  const { rules, controlExchange } = bus[parts];
  const outgoing: OutgoingMessage = {
    kind: 'notification',
    exchange: controlExchange,
    routingKey: topic,
    topic,
    message: packed(context, message, rules.hasUniqueId),
    headers: {},
  };
  await send(bus.transport, outgoing, { to: 'notification', isMandatory: false, isBare: !envelope, context });
}

async function publish(
  bus: LegacyBus,
  kind: 'call' | 'cast' | 'fanout',
  context: RequestContext,
  topic: string,
  message: LegacyMessage & Partial<ReplyPlace>,
  { headers = {}, signal }: { headers?: Record<string, unknown>; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { rules, controlExchange } = bus[parts];
  const { exchange, routingKey } = routeOf({ topic, fanout: kind === 'fanout' }, controlExchange);
  const { method, args = {}, _msg_id: msgId } = message;
  const outgoing: OutgoingMessage = {
    kind,
    exchange,
    routingKey,
    topic,
    method,
    message: packed(context, { ...message, method, args }, rules.hasUniqueId),
    headers: { ...headers },
    ...(msgId === undefined ? {} : { msgId }),
  };
  await send(bus.transport, outgoing, {
    to: kind === 'fanout' ? 'fanout' : 'topic',
    isMandatory: false,
    isBare: !rules.hasEnvelope,
    context,
    signal,
  });
}

/** The message with its context, and its id if the era has one. */
function packed(context: RequestContext, message: object, hasUniqueId: boolean): Record<string, unknown> {
  const whole: Record<string, unknown> = { ...message, ...(hasUniqueId ? { _unique_id: newId() } : {}) };
  packContext(context, whole);
  return whole;
}

async function connectElsewhere(bus: LegacyBus, server: ServerParams): Promise<LegacyBus> {
  const { url, options } = bus[parts];
  return connectLegacy(serverUrl(url, server), { ...options, name: bus.transport.name });
}
