import type { Channel } from 'amqplib';
import type { Publication } from '../../driver.ts';
import type { RabbitOptions } from '../../options.ts';
import { fanoutExchangeOf, queueOf } from '../../target.ts';

/** Options of the declarations: oslo's, and ours for brokers that refuse transient queues that are not exclusive. */
export interface TopologyOptions extends RabbitOptions {
  /** Reply and fanout queues are durable, although they expire. */
  readonly durableTransient: boolean;
}

/** An exchange as it is declared. Any difference from what exists is refused by the broker. */
export interface ExchangeSpec {
  readonly name: string;
  readonly type: 'topic' | 'fanout';
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
}

/** A queue as it is declared, with its binding. */
export interface QueueSpec {
  readonly name: string;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly binding?: { readonly exchange: ExchangeSpec; readonly routingKey: string };
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

/** The exchange that a publication needs; undefined for the default exchange. */
export function exchangeOf(publication: Publication, options: TopologyOptions): ExchangeSpec | undefined {
  if (publication.to === 'direct') return undefined;
  return (publication.to === 'fanout' ? fanoutExchange : controlExchange)(publication.exchange, options);
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
    { ...expiringQueue(target.fanoutQueue, options), binding: { exchange: fanout, routingKey: target.topic } },
  ];
}

/** A queue that the broker deletes when nobody has consumed it for a while: replies, fanout. */
export function expiringQueue(name: string, options: TopologyOptions): QueueSpec {
  const ttl = options.rabbit_transient_queues_ttl;
  return {
    name,
    isDurable: options.durableTransient || options.rabbit_transient_quorum_queue,
    isAutoDelete: false,
    arguments: {
      ...(options.rabbit_transient_quorum_queue ? { 'x-queue-type': 'quorum' } : {}),
      ...(options.rabbit_ha_queues ? { 'x-ha-policy': 'all' } : {}),
      ...(ttl === 0 ? {} : { 'x-expires': Math.round(ttl * 1_000) }),
    },
  };
}

/** Declares an exchange, actively as oslo does. */
export async function declareExchange(channel: Channel, exchange: ExchangeSpec): Promise<void> {
  await channel.assertExchange(exchange.name, exchange.type, {
    durable: exchange.isDurable,
    autoDelete: exchange.isAutoDelete,
  });
}

/** Declares a queue and its binding; the exchange must be there. */
export async function declareQueue(channel: Channel, queue: QueueSpec): Promise<void> {
  const declared = channel.assertQueue(queue.name, {
    durable: queue.isDurable,
    autoDelete: queue.isAutoDelete,
    arguments: queue.arguments,
  });
  const { binding } = queue;
  const bound = binding && channel.bindQueue(queue.name, binding.exchange.name, binding.routingKey);
  await Promise.all([declared, bound]);
}

function topicQueue(name: string, exchange: ExchangeSpec, options: TopologyOptions): QueueSpec {
  const isQuorum = options.rabbit_quorum_queue;
  return {
    name,
    isDurable: options.amqp_durable_queues || isQuorum,
    isAutoDelete: options.amqp_auto_delete,
    arguments: {
      ...(isQuorum ? quorumArguments(options) : {}),
      ...(options.rabbit_ha_queues ? { 'x-ha-policy': 'all' } : {}),
    },
    binding: { exchange, routingKey: name },
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
