import { diagnostics } from '../diagnostics.ts';
import type { Delivery, Listener } from '../driver.ts';
import { Duplicates } from '../duplicates.ts';
import { decodeMessage } from '../envelope.ts';
import { InvalidTarget } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import type { Serializer } from '../serializer.ts';
import type { RpcServer } from '../server.ts';
import { requireTopic } from '../target.ts';
import { core, type Transport } from '../transport.ts';
import type { Target } from '../types.ts';
import type { NotificationEndpoint } from './notification.ts';
import { NotificationDispatcher, type ReadNotification } from './notification-dispatcher.ts';

/** How notifications are listened to. */
export interface NotificationServeOptions {
  /**
   * Name of a group of listeners that share a queue of this name, which gets a copy of each notification. Without it all
   * listeners of a topic share the notifications of the topic's own queues.
   */
  readonly pool?: string;
  /** Whether endpoints may give notifications back to the broker. Default false: they are acknowledged whatever happens. */
  readonly allowRequeue?: boolean;
  /** Notifications that are handled at the same time. Default 64; with 1 they are handled in order. */
  readonly workers?: number;
  readonly serializer?: Serializer;
}

/** Taken and not started, per worker. */
const prefetchPerWorker = 4;

/**
 * Listens to notifications: consumes the queues of every topic and every priority that some endpoint has a method for. A
 * notification is acknowledged after the endpoints returned; one whose listener dies comes again, to another.
 * @throws {InvalidTarget} without topics, {@link TopologyMismatch} when queues exist with other flags.
 */
export async function serveNotifications(
  transport: Transport,
  targets: readonly Pick<Target, 'exchange' | 'topic'>[],
  endpoints: readonly NotificationEndpoint[],
  options: NotificationServeOptions = {},
): Promise<RpcServer> {
  const server = new NotificationServer(transport, endpoints, options);
  await server.start(targets);
  return server;
}

class NotificationServer implements RpcServer {
  readonly #transport: Transport;
  readonly #options: NotificationServeOptions;
  readonly #workers: number;
  readonly #dispatcher: NotificationDispatcher;
  readonly #acknowledged = new Duplicates();
  readonly #waiting = new Fifo<Delivery>();
  readonly #idle = Promise.withResolvers<void>();
  #listener: Listener | undefined;
  #running = 0;
  #isStopping = false;
  #stopping: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(transport: Transport, endpoints: readonly NotificationEndpoint[], options: NotificationServeOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#workers = Math.max(1, options.workers ?? 64);
    this.#dispatcher = new NotificationDispatcher(endpoints, options.serializer);
  }

  async start(targets: readonly Pick<Target, 'exchange' | 'topic'>[]): Promise<void> {
    if (targets.length === 0) throw new InvalidTarget('a topic is required', {});
    const { driver, servers, controlExchange } = this.#transport[core];
    const { pool } = this.#options;
    const routes = targets.flatMap((target) =>
      this.#dispatcher.priorities.map((priority) => ({
        exchange: target.exchange ?? controlExchange,
        routingKey: `${requireTopic(target)}.${priority}`,
      })),
    );
    this.#listener = await driver.listenNotifications(
      { routes, pool, prefetch: prefetchPerWorker * this.#workers },
      (each) => this.#receive(each),
    );
    servers.add(this);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  wait(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.wait();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    await this.#listener?.cancel();
    // Only now: given back earlier, they would come again.
    for (const delivery of this.#waiting.drain()) delivery.requeue();
    if (this.#running === 0) this.#idle.resolve();
  }

  async #end(): Promise<void> {
    await this.#idle.promise;
    await this.#stopping;
    await this.#listener?.close();
    this.#transport[core].servers.delete(this);
  }

  #receive(delivery: Delivery): void {
    if (this.#isStopping || this.#running >= this.#workers) this.#waiting.push(delivery);
    else this.#take(delivery);
  }

  #take(delivery: Delivery): void {
    let read: ReadNotification | undefined;
    let uniqueId: unknown;
    try {
      const message = decodeMessage(delivery.body, delivery.headers);
      uniqueId = message['_unique_id'];
      read = this.#dispatcher.read(message);
    } catch (error) {
      delivery.reject();
      this.#poison(delivery, 'undecodable notification', error);
      return;
    }
    const id = typeof uniqueId === 'string' ? uniqueId : undefined;
    if (read === undefined) {
      this.#poison(delivery, 'notification of unknown priority');
      this.#accept(delivery, id);
    } else if (this.#acknowledged.has(id)) {
      this.#accept(delivery, id);
    } else {
      this.#running++;
      void this.#process(delivery, read, id); // never rejects
    }
  }

  async #process(delivery: Delivery, read: ReadNotification, id: string | undefined): Promise<void> {
    const startedAt = performance.now();
    const { result, error } = await this.#dispatcher.dispatch(read);
    const isRequeued = result === 'requeue' && this.#options.allowRequeue === true;
    if (isRequeued) delivery.requeue();
    else this.#accept(delivery, id);
    if (diagnostics.notified.hasSubscribers) {
      const { context, notification } = read;
      const { exchange, routingKey } = delivery;
      const event = { transport: this.#transport, exchange, routingKey, context, ...notification, isRequeued };
      const ms = performance.now() - startedAt;
      diagnostics.notified.publish(error === undefined ? { ...event, ms } : { ...event, ms, error });
    }
    this.#release();
  }

  /** Remembered once it is acknowledged, so that a twin is dropped, but one that was given back is handled again. */
  #accept(delivery: Delivery, id: string | undefined): void {
    const remember = (): void => {
      this.#acknowledged.isTwin(id);
    };
    delivery.accept(remember, () => {}); // lost with its channel, it comes again
  }

  #release(): void {
    this.#running--;
    while (!this.#isStopping && this.#running < this.#workers) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#take(next);
    }
    if (this.#isStopping && this.#running === 0) this.#idle.resolve();
  }

  #poison(delivery: Delivery, reason: string, error?: unknown): void {
    if (!diagnostics.poison.hasSubscribers) return;
    const { exchange, routingKey } = delivery;
    diagnostics.poison.publish({ transport: this.#transport, reason, exchange, routingKey, error });
  }
}
