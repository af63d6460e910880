import { AmqpError } from '../codec/amqp-error.ts';
import { emptyTable, type FieldTable } from '../codec/field-table.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Deadlines } from './deadlines.ts';
import { Exchange, type ExchangeFields, exchangeTypes } from './exchange.ts';
import { Queue, type QueueFields } from './queue.ts';
import { Router } from './router.ts';

/** What a virtual host tells the rest of the broker. */
export interface TopologyEvents {
  onQueueDeleted?(queue: Queue): void;
}

const predeclared = [
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.topic', 'topic'],
  ['amq.rabbitmq.trace', 'topic'],
] as const;

export const traceExchange = 'amq.rabbitmq.trace';

/** Exchanges, queues and bindings of one name space. Nothing in it knows connections or sockets. */
export class VirtualHost {
  readonly name: string;
  readonly exchanges = new Map<string, Exchange>();
  readonly queues = new Map<string, Queue>();
  readonly router: Router;
  /** The firehose: every publish and delivery is also told to {@link traceExchange}. */
  isTracing: boolean = false;
  readonly #deadlines: Deadlines;
  readonly #deadLetters: DeadLetters;
  readonly #events: TopologyEvents;

  constructor(name: string, deadlines: Deadlines, events: TopologyEvents = {}) {
    this.name = name;
    this.#deadlines = deadlines;
    this.#events = events;
    this.router = new Router(this);
    this.#deadLetters = new DeadLetters(this.router);
    for (const [exchange, type] of predeclared) {
      const isInternal = exchange === traceExchange;
      this.exchanges.set(
        exchange,
        new Exchange({ name: exchange, type, isDurable: true, isAutoDelete: false, isInternal, args: emptyTable }),
      );
    }
  }

  /** @throws {AmqpError} 404 */
  exchange(name: string): Exchange {
    const found = this.exchanges.get(name);
    if (found === undefined) throw new AmqpError(404, `no exchange '${name}' in vhost '${this.name}'`);
    return found;
  }

  /** @throws {AmqpError} 404; 405 when it belongs to another connection than `user` */
  queue(name: string, user: object): Queue {
    const found = this.queues.get(name);
    if (found === undefined) throw new AmqpError(404, `no queue '${name}' in vhost '${this.name}'`);
    this.assertMayUse(found, user);
    return found;
  }

  /** @throws {AmqpError} 405 */
  assertMayUse(queue: Queue, user: object): void {
    if (queue.owner === undefined || queue.owner === user) return;
    throw this.lockedError(queue.name);
  }

  lockedError(queueName: string): AmqpError {
    return new AmqpError(
      405,
      `cannot obtain exclusive access to locked queue '${queueName}' in vhost '${this.name}'. It could be originally declared on another ` +
        'connection or the exclusive property value does not match that of the original declaration.',
    );
  }

  addExchange(fields: ExchangeFields): Exchange {
    const exchange = new Exchange(fields);
    this.exchanges.set(exchange.name, exchange);
    return exchange;
  }

  addQueue(fields: QueueFields): Queue {
    const queue = new Queue(fields, this.#deadlines, {
      onDead: (from, message, reason) => this.#deadLetters.bury(from, message, reason),
      onUnused: (unused) => this.deleteQueue(unused),
    });
    this.queues.set(queue.name, queue);
    return queue;
  }

  /** Returns how many messages waited in it. */
  deleteQueue(queue: Queue): number {
    if (queue.isDeleted) return 0;
    const count = queue.depth;
    this.queues.delete(queue.name);
    for (const { source, destination, routingKey, args } of [...queue.bindings]) {
      this.unbind(source, destination, routingKey, args);
    }
    queue.close();
    this.#events.onQueueDeleted?.(queue);
    return count;
  }

  deleteExchange(exchange: Exchange): void {
    if (this.exchanges.get(exchange.name) !== exchange) return;
    this.exchanges.delete(exchange.name);
    for (const { destination, routingKey, args } of [...exchange.outgoing])
      exchange.unbind(destination, routingKey, args);
    for (const { source, routingKey, args } of [...exchange.bindings]) this.unbind(source, exchange, routingKey, args);
  }

  /** An auto-delete exchange goes with its last binding. */
  unbind(source: Exchange, destination: Queue | Exchange, routingKey: string, args: FieldTable): void {
    if (source.unbind(destination, routingKey, args) && source.isAutoDelete && source.isUnused) {
      this.deleteExchange(source);
    }
  }
}

export function isExchangeType(type: string): type is (typeof exchangeTypes)[number] {
  return (exchangeTypes as readonly string[]).includes(type);
}
