import type { Delivery, Listener } from '../driver.ts';
import { Fifo } from '../fifo.ts';
import type { Serializer } from '../serializer.ts';
import type { RpcServer } from '../server.ts';
import { core, type Transport } from '../transport.ts';
import type { Target } from '../types.ts';
import type { NotificationEndpoint, NotificationMethod } from './notification.ts';
import { type Handlers, handlersOf } from './notification-handlers.ts';
import { NotificationIntake, type TakenNotification } from './notification-intake.ts';
import { notificationRoutes } from './notification-routes.ts';

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
  readonly #handlers: Handlers<NotificationMethod>;
  readonly #intake: NotificationIntake;
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
    this.#handlers = handlersOf(endpoints);
    this.#intake = new NotificationIntake(transport, options.serializer);
  }

  async start(targets: readonly Pick<Target, 'exchange' | 'topic'>[]): Promise<void> {
    const { driver, servers, controlExchange } = this.#transport[core];
    const routes = notificationRoutes(targets, this.#handlers.keys(), controlExchange);
    this.#listener = await driver.listenNotifications(
      { routes, pool: this.#options.pool, prefetch: prefetchPerWorker * this.#workers },
      (delivery) => this.#receive(delivery),
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
    else this.#start(delivery);
  }

  #start(delivery: Delivery): void {
    const taken = this.#intake.take(delivery);
    if (taken === undefined) return;
    this.#running++;
    void this.#process(taken); // never rejects
  }

  async #process(taken: TakenNotification): Promise<void> {
    const startedAt = performance.now();
    const { wantsRequeue, ...failure } = await this.#dispatch(taken);
    const isRequeued = wantsRequeue && this.#options.allowRequeue === true;
    this.#intake.settle(taken, { isRequeued, ms: performance.now() - startedAt, ...failure });
    this.#release();
  }

  /** Endpoints one after the other; the first that wants the notification back, or throws, ends the walk. Never rejects. */
  async #dispatch({ context, notification }: TakenNotification): Promise<{ wantsRequeue: boolean; error?: unknown }> {
    try {
      for (const { passes, run } of this.#handlers.get(notification.priority) ?? []) {
        if (!passes(context, notification)) continue;
        if ((await run(context, notification)) === 'requeue') return { wantsRequeue: true };
      }
      return { wantsRequeue: false };
    } catch (error) {
      return { wantsRequeue: true, error };
    }
  }

  #release(): void {
    this.#running--;
    while (!this.#isStopping && this.#running < this.#workers) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#start(next);
    }
    if (this.#isStopping && this.#running === 0) this.#idle.resolve();
  }
}
