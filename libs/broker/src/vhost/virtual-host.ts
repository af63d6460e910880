import { AmqpError } from '../codec/amqp-error.ts';
import { emptyTable, type FieldTable } from '../codec/field-table.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Deadlines } from './deadlines.ts';
import { type Destination, Exchange, type ExchangeFields } from './exchange.ts';
import { IncomingBindings } from './incoming-bindings.ts';
import { Queue, type QueueFields } from './queue.ts';
import { Router } from './router.ts';

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
  readonly #incoming = new IncomingBindings();

  constructor(name: string, deadlines: Deadlines) {
    this.name = name;
    this.#deadlines = deadlines;
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
    for (const { source, routingKey, args } of this.#incoming.of(queue)) this.unbind(source, queue, routingKey, args);
    queue.close();
    return count;
  }

  deleteExchange(exchange: Exchange): void {
    if (this.exchanges.get(exchange.name) !== exchange) return;
    this.exchanges.delete(exchange.name);
    for (const { destination, routingKey, args } of [...exchange.outgoing]) {
      this.unbind(exchange, destination, routingKey, args);
    }
    for (const { source, routingKey, args } of this.#incoming.of(exchange)) {
      this.unbind(source, exchange, routingKey, args);
    }
  }

  bind(source: Exchange, destination: Destination, routingKey: string, args: FieldTable): void {
    const made = source.bind(destination, routingKey, args);
    if (made !== undefined) this.#incoming.add(made);
  }

  /** An auto-delete exchange goes with its last binding. */
  unbind(source: Exchange, destination: Destination, routingKey: string, args: FieldTable): void {
    const undone = source.unbind(destination, routingKey, args);
    if (undone === undefined) return;
    this.#incoming.delete(undone);
    if (source.isAutoDelete && source.isUnused) this.deleteExchange(source);
  }
}
