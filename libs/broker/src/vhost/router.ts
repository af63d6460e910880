import { asText, type Field } from '../codec/field-table.ts';
import type { Destination, Exchange } from './exchange.ts';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';

/** What routing needs of a virtual host. */
export interface Topology {
  readonly exchanges: ReadonlyMap<string, Exchange>;
  readonly queues: ReadonlyMap<string, Queue>;
}

const nowhere: readonly Queue[] = [];

/** Finds the queues of a message: through bindings from exchange to exchange, alternate exchanges and the CC and BCC headers. */
export class Router {
  readonly #topology: Topology;

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  /** Each queue once. `extraKeys` are those of CC and BCC. */
  route(exchange: Exchange, message: Message, extraKeys?: readonly string[]): readonly Queue[] {
    if (extraKeys === undefined) {
      if (exchange.name === '') {
        const queue = this.#topology.queues.get(message.routingKey);
        return queue === undefined ? nowhere : [queue];
      }
      const found = exchange.match(message.routingKey, message);
      if (found.every(isQueue) && (found.length > 0 || exchange.args.size === 0)) return found;
    }
    const keys = extraKeys === undefined ? [message.routingKey] : [message.routingKey, ...extraKeys];
    return this.#walk(exchange, message, keys);
  }

  #walk(start: Exchange, message: Message, keys: readonly string[]): readonly Queue[] {
    const queues = new Set<Queue>();
    const seen = new Set<Exchange>([start]);
    const waiting: Exchange[] = [start];
    for (let exchange = waiting.pop(); exchange !== undefined; exchange = waiting.pop()) {
      let isMatched = false;
      for (const key of keys) {
        for (const next of this.#matches(exchange, key, message)) {
          isMatched = true;
          if (next.kind === 'queue') queues.add(next);
          else if (!seen.has(next)) {
            seen.add(next);
            waiting.push(next);
          }
        }
      }
      const other = isMatched ? undefined : this.#alternate(exchange);
      if (other !== undefined && !seen.has(other)) {
        seen.add(other);
        waiting.push(other);
      }
    }
    return [...queues];
  }

  #matches(exchange: Exchange, key: string, message: Message): readonly Destination[] {
    if (exchange.name !== '') return exchange.match(key, message);
    const queue = this.#topology.queues.get(key);
    return queue === undefined ? nowhere : [queue];
  }

  #alternate(exchange: Exchange): Exchange | undefined {
    const name = asText(exchange.args.get('alternate-exchange'));
    return name === undefined ? undefined : this.#topology.exchanges.get(name);
  }

  /** Routes and hands over, for messages that no client waits for. */
  deliver(exchangeName: string, message: Message): readonly Queue[] {
    const exchange = this.#topology.exchanges.get(exchangeName);
    if (exchange === undefined) return nowhere;
    const queues = this.route(exchange, message);
    for (const queue of queues) queue.push(message);
    return queues;
  }

  exchange(name: string): Exchange | undefined {
    return this.#topology.exchanges.get(name);
  }
}

function isQueue(destination: Destination): destination is Queue {
  return destination.kind === 'queue';
}

/** The texts of a CC or BCC header; undefined when it is no list of texts. */
export function carbonCopies(field: Field): readonly string[] | undefined {
  if (field.type !== 'A') return undefined;
  return field.value.map(asText).filter((key) => key !== undefined);
}
