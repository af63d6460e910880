import type { DescribedExchange, DescribedQueue } from '../driver.ts';
import { newId } from '../ids.ts';
import type { RabbitOptions } from '../options.ts';
import { fanoutExchangeOf } from '../target.ts';
import type { EraRules } from './era.ts';

/** Taken from the broker and waiting for a worker. Nova took all there was. */
const prefetch = 100;

/** The exchange that belongs to one call, or to one reply queue. */
export function directExchange(name: string): DescribedExchange {
  return { name, type: 'direct', isDurable: false, isAutoDelete: true };
}

/** The queue that replies come to: exchange, queue and routing key have one name. All go when nobody consumes any more. */
export function directQueue(name: string, { isExclusive }: EraRules, options: RabbitOptions): DescribedQueue {
  return {
    name,
    isDurable: false,
    isAutoDelete: true,
    isExclusive,
    arguments: haArguments(options),
    bindings: [{ exchange: directExchange(name), routingKey: name }],
    prefetch: 0,
  };
}

/** The queue that the servers of a topic share, or the pool of that name. It stays, with its messages. */
export function topicQueue(
  { name, topic, exchange }: { name: string; topic: string; exchange: string },
  options: RabbitOptions,
): DescribedQueue {
  const { amqp_durable_queues: isDurable, amqp_auto_delete: isAutoDelete } = options;
  return {
    name,
    isDurable,
    isAutoDelete,
    isExclusive: false,
    arguments: haArguments(options),
    bindings: [{ exchange: { name: exchange, type: 'topic', isDurable, isAutoDelete }, routingKey: topic }],
    prefetch,
  };
}

/** One server's queue for what is fanned out to a topic. It does not expire: it goes with its consumer. */
export function fanoutQueue(topic: string, { isExclusive }: EraRules, options: RabbitOptions): DescribedQueue {
  const exchange = { name: fanoutExchangeOf(topic), type: 'fanout', isDurable: false, isAutoDelete: true } as const;
  return {
    name: `${topic}_fanout_${newId()}`,
    isDurable: false,
    isAutoDelete: true,
    isExclusive,
    arguments: haArguments(options),
    bindings: [{ exchange, routingKey: topic }],
    isFanout: true,
    prefetch,
  };
}

function haArguments({ rabbit_ha_queues }: RabbitOptions): Readonly<Record<string, unknown>> {
  return rabbit_ha_queues ? { 'x-ha-policy': 'all' } : {};
}
