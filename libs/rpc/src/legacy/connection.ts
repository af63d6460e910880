import { Dispatcher } from '../dispatcher.ts';
import type { DescribedQueue, Listener } from '../driver.ts';
import { requireTopic } from '../target.ts';
import { core } from '../transport.ts';
import { cleanup, connectLegacy, type LegacyBus, parts } from './bus.ts';
import { type ConsumerTask, LegacyConsumer } from './consumer.ts';
import { fanoutQueue, topicQueue } from './topology.ts';

/**
 * A connection with consumers, as services of those days had one: `createConsumer` for its topic, for `topic.host` and by
 * fanout, then `consume`.
 */
export interface LegacyConnection extends AsyncDisposable {
  /**
   * Makes the queue of a topic, or one of its own for what is fanned out, to be served by the methods of `proxy`, or of
   * the first of several that has namespace, version and method. Generators answer once an item.
   */
  createConsumer(
    topic: string,
    proxy: object | readonly object[],
    options?: { readonly fanout?: boolean },
  ): Promise<void>;
  /** Makes the queue of a pool of workers: each message goes to one of the pool, and to every pool. */
  createWorker(topic: string, proxy: object | readonly object[], poolName: string): Promise<void>;
  /** As `createWorker`, for whoever wants the messages as they are: notifications. */
  joinConsumerPool(
    callback: (message: Readonly<Record<string, unknown>>) => unknown,
    poolName: string,
    topic: string,
    exchange?: string,
  ): Promise<void>;
  /** Starts to consume all that was created (`consume_in_thread`). */
  consume(): Promise<void>;
  /** Takes nothing more, waits for what runs, and leaves. Auto-delete queues go. */
  close(): Promise<void>;
}

/** A connection of the bus, or with `isNew` one of its own to the same broker. */
export async function createConnection(
  bus: LegacyBus,
  { isNew = false }: { readonly isNew?: boolean } = {},
): Promise<LegacyConnection> {
  const { url, options } = bus[parts];
  const own = isNew ? await connectLegacy(url, options) : undefined;
  const connection = new ConsumingConnection(own ?? bus, async () => {
    bus.transport[core].servers.delete(connection);
    if (own !== undefined) await cleanup(own);
  });
  bus.transport[core].servers.add(connection); // closed before the bus is
  return connection;
}

interface Created {
  readonly queue: DescribedQueue;
  readonly consumer: LegacyConsumer;
}

class ConsumingConnection implements LegacyConnection {
  readonly #bus: LegacyBus;
  readonly #leave: () => Promise<void>;
  readonly #listeners: Listener[] = [];
  readonly #consumers: LegacyConsumer[] = [];
  #created: Created[] = [];
  #closing: Promise<void> | undefined;

  constructor(bus: LegacyBus, leave: () => Promise<void>) {
    this.#bus = bus;
    this.#leave = leave;
  }

  async createConsumer(
    topic: string,
    proxy: object | readonly object[],
    { fanout = false }: { readonly fanout?: boolean } = {},
  ): Promise<void> {
    const { rules } = this.#bus[parts];
    const { options } = this.#bus.transport[core];
    const queue = fanout ? fanoutQueue(requireTopic({ topic }), rules, options) : this.#topicQueue(topic, topic);
    await this.#create(queue, { topic, run: dispatching(proxy) });
  }

  async createWorker(topic: string, proxy: object | readonly object[], poolName: string): Promise<void> {
    await this.#create(this.#topicQueue(topic, poolName), { topic, run: dispatching(proxy) });
  }

  async joinConsumerPool(
    callback: (message: Readonly<Record<string, unknown>>) => unknown,
    poolName: string,
    topic: string,
    exchange?: string,
  ): Promise<void> {
    await this.#create(this.#topicQueue(topic, poolName, exchange), { topic, run: { callback } });
  }

  async consume(): Promise<void> {
    const { driver } = this.#bus.transport[core];
    const created = this.#created;
    this.#created = [];
    await Promise.all(
      created.map(async ({ queue, consumer }) => {
        this.#listeners.push(await driver.listenTo(queue, (delivery) => consumer.receive(delivery)));
      }),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.cancel()));
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    await this.#leave();
  }

  #topicQueue(topic: string, name: string, exchange = this.#bus[parts].controlExchange): DescribedQueue {
    return topicQueue({ name, topic: requireTopic({ topic }), exchange }, this.#bus.transport[core].options);
  }

  async #create(queue: DescribedQueue, task: ConsumerTask): Promise<void> {
    const consumer = new LegacyConsumer(this.#bus, task);
    await this.#bus.transport[core].driver.declareQueue(queue);
    this.#created.push({ queue, consumer });
    this.#consumers.push(consumer);
  }
}

function dispatching(proxy: object | readonly object[]): ConsumerTask['run'] {
  return { dispatcher: new Dispatcher(Array.isArray(proxy) ? proxy : [proxy]) };
}
