import { InvalidTarget } from './errors.ts';
import type { Target } from './types.ts';

/** The routing of one request: exchange, routing key, and whether the exchange is the topic's fanout exchange. */
export interface Route {
  readonly exchange: string;
  readonly routingKey: string;
  readonly isFanout: boolean;
}

/** Name of the queue, and routing key, of any server of a topic or of one named server. As in oslo, an empty name names none. */
export function queueOf(topic: string, server?: string): string {
  return server === undefined || server === '' ? topic : `${topic}.${server}`;
}

/** Name of the exchange that copies a cast to every server of a topic. It does not contain the control exchange. */
export function fanoutExchangeOf(topic: string): string {
  return `${topic}_fanout`;
}

/** Where a request to `target` is published; a fanout ignores the server. @throws {InvalidTarget} without a topic. */
export function routeOf(target: Target, controlExchange = 'openstack'): Route {
  const topic = requireTopic(target);
  if (target.fanout === true) return { exchange: fanoutExchangeOf(topic), routingKey: '', isFanout: true };
  return {
    exchange: target.exchange ?? controlExchange,
    routingKey: queueOf(topic, target.server),
    isFanout: false,
  };
}

/** The topic of a target. @throws {InvalidTarget} when it has none. */
export function requireTopic(target: Target): string {
  if (target.topic === undefined || target.topic === '') throw new InvalidTarget('a topic is required', target);
  return target.topic;
}
