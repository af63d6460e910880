import type { Channel } from 'amqplib';
import type { DescribedExchange, NotificationTarget, Publication } from '../../driver.ts';
import type { RabbitOptions } from '../../options.ts';
import { fanoutExchangeOf, queueOf } from '../../target.ts';

/** Options of the declarations: oslo's, and ours for brokers that refuse transient queues that are not exclusive. */
export interface TopologyOptions extends RabbitOptions {
  /** Reply and fanout queues are durable, although they expire. */
  readonly durableTransient: boolean;
  /** The broker was found to refuse transient queues that are not exclusive: all queues are durable from then on. */
  isTransientRefused: boolean;
}

/** An exchange as it is declared. */
export type ExchangeSpec = DescribedExchange;

/** How messages of an exchange come into a queue. */
export interface BindingSpec {
  readonly exchange: ExchangeSpec;
  readonly routingKey: string;
}

/** A queue as it is declared, with its bindings. */
export interface QueueSpec {
  readonly name: string;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly isExclusive?: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly bindings: readonly BindingSpec[];
  /** What comes from it was fanned out. */
  readonly isFanout?: boolean;
  /** It keeps what was read: each consumer says where it starts. */
  readonly isStream?: boolean;
}

/** The exchange that requests of all topics go through. */
export function controlExchange(name: string, options: TopologyOptions): ExchangeSpec {
  return {
    name,
    type: 'topic',
    isDurable: options.amqp_durable_queues || options.rabbit_quorum_queue,
    isAutoDelete: options.amqp_auto_delete,
  };
}

/** The exchange that copies a cast to all servers of a topic. It goes with its last binding. */
export function fanoutExchange(name: string, options: TopologyOptions): ExchangeSpec {
  return { name, type: 'fanout', isDurable: options.rabbit_transient_quorum_queue, isAutoDelete: true };
}

/** The three queues of a server, in the order oslo declares and consumes them. */
export function serverQueues(
  target: { exchange: string; topic: string; server: string; fanoutQueue: string },
  options: TopologyOptions,
): QueueSpec[] {
  const control = controlExchange(target.exchange, options);
  const fanout = fanoutExchange(fanoutExchangeOf(target.topic), options);
  return [
    topicQueue(queueOf(target.topic), control, options),
    topicQueue(queueOf(target.topic, target.server), control, options),
    {
      ...(options.rabbit_stream_fanout ? stream : expiringQueue)(target.fanoutQueue, options),
      bindings: [{ exchange: fanout, routingKey: target.topic }],
      isFanout: true,
    },
  ];
}

/** The queues of notifications: one per route, or the pool's one that all routes lead to. */
export function notificationQueues(
  target: Pick<NotificationTarget, 'routes' | 'pool'>,
  options: TopologyOptions,
): QueueSpec[] {
  const bindings = target.routes.map(({ exchange, routingKey }) => ({
    exchange: controlExchange(exchange, options),
    routingKey,
  }));
  if (target.pool !== undefined) return [longLivedQueue(target.pool, bindings, options)];
  return bindings.map((binding) => longLivedQueue(binding.routingKey, [binding], options));
}

/** A queue that the broker deletes when nobody has consumed it for a while: replies, fanout. */
export function expiringQueue(name: string, options: TopologyOptions): QueueSpec {
  const ttl = options.rabbit_transient_queues_ttl;
  return {
    name,
    isDurable: options.durableTransient || options.isTransientRefused || options.rabbit_transient_quorum_queue,
    isAutoDelete: false,
    arguments: {
      ...(options.rabbit_transient_quorum_queue ? { 'x-queue-type': 'quorum' } : {}),
      ...(options.rabbit_ha_queues ? { 'x-ha-policy': 'all' } : {}),
      ...(ttl === 0 ? {} : { 'x-expires': Math.round(ttl * 1_000) }),
    },
    bindings: [],
  };
}

/** The one queue that all servers of a topic read what is fanned out from. The TTL is the age at which messages go. */
function stream(name: string, options: TopologyOptions): QueueSpec {
  const ttl = options.rabbit_transient_queues_ttl;
  return {
    name,
    isDurable: true,
    isAutoDelete: false,
    arguments: { 'x-queue-type': 'stream', ...(ttl === 0 ? {} : { 'x-max-age': `${Math.round(ttl)}s` }) },
    bindings: [],
    isStream: true,
  };
}

/** Declares an exchange, actively as oslo does. */
export async function declareExchange(channel: Channel, exchange: ExchangeSpec): Promise<void> {
  await channel.assertExchange(exchange.name, exchange.type, {
    durable: exchange.isDurable,
    autoDelete: exchange.isAutoDelete,
  });
}

/** Declares a queue and its bindings; the exchanges must be there. */
export async function declareQueue(channel: Channel, queue: QueueSpec): Promise<void> {
  const declared = channel.assertQueue(queue.name, {
    durable: queue.isDurable,
    autoDelete: queue.isAutoDelete,
    exclusive: queue.isExclusive === true,
    arguments: queue.arguments,
  });
  const bound = queue.bindings.map(({ exchange, routingKey }) =>
    channel.bindQueue(queue.name, exchange.name, routingKey),
  );
  await Promise.all([declared, ...bound]);
}

/** The name under which a channel remembers that what a publication needs is declared; undefined: it needs nothing. */
export function declarationKey({ to, exchange, routingKey }: Publication): string | undefined {
  if (to === 'direct') return undefined;
  return to === 'notification' ? `${exchange}\n${routingKey}` : exchange;
}

/** Declares what a publication needs: its exchange, and for a notification the queue that keeps it for whoever comes. */
export async function declareFor(channel: Channel, publication: Publication, options: TopologyOptions): Promise<void> {
  const { to, exchange, routingKey } = publication;
  if (to === 'direct') return;
  const spec = (to === 'fanout' ? fanoutExchange : controlExchange)(exchange, options);
  const declared = declareExchange(channel, spec);
  const queues = to === 'notification' ? [longLivedQueue(routingKey, [{ exchange: spec, routingKey }], options)] : [];
  await Promise.all([declared, ...queues.map((queue) => declareQueue(channel, queue))]);
}

function topicQueue(name: string, exchange: ExchangeSpec, options: TopologyOptions): QueueSpec {
  return longLivedQueue(name, [{ exchange, routingKey: name }], options);
}

/** A queue that stays when nobody consumes it. */
function longLivedQueue(name: string, bindings: readonly BindingSpec[], options: TopologyOptions): QueueSpec {
  const isQuorum = options.rabbit_quorum_queue;
  return {
    name,
    isDurable: options.amqp_durable_queues || options.isTransientRefused || isQuorum,
    isAutoDelete: options.amqp_auto_delete,
    arguments: {
      ...(isQuorum ? quorumArguments(options) : {}),
      ...(options.rabbit_ha_queues ? { 'x-ha-policy': 'all' } : {}),
    },
    bindings,
  };
}

function quorumArguments(options: TopologyOptions): Record<string, unknown> {
  const limits: [string, number][] = [
    ['x-delivery-limit', options.rabbit_quorum_delivery_limit],
    ['x-max-in-memory-length', options.rabbit_quorum_max_memory_length],
    ['x-max-in-memory-bytes', options.rabbit_quorum_max_memory_bytes],
  ];
  return { 'x-queue-type': 'quorum', ...Object.fromEntries(limits.filter(([, limit]) => limit > 0)) };
}
