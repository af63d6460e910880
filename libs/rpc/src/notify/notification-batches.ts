import type { Delivery } from '../driver.ts';
import { ListeningServer, type Work } from '../listening-server.ts';
import type { RpcServer } from '../rpc-server.ts';
import { core, type Transport } from '../transport.ts';
import type { RequestContext, Target } from '../types.ts';
import {
  type Notification,
  type NotificationFilter,
  type NotificationPriority,
  notificationPriorities,
} from './notification.ts';
import { type Handlers, handlersOf } from './notification-handlers.ts';
import { NotificationIntake, type TakenNotification } from './notification-intake.ts';
import { notificationRoutes } from './notification-routes.ts';
import type { NotificationServeOptions } from './notification-server.ts';

/** One of a batch. */
export interface BatchedNotification {
  readonly context: RequestContext;
  readonly notification: Notification;
}

/** Takes the notifications of one priority of a batch. Returning `requeue`, or throwing, gives them all back where allowed. */
export type NotificationBatchMethod = (notifications: readonly BatchedNotification[]) => unknown;

/** An object with a method for each priority that it wants to hear of, and perhaps a filter. */
export type NotificationBatchEndpoint = { readonly [P in NotificationPriority]?: NotificationBatchMethod } & {
  readonly filter?: NotificationFilter;
};

/** How batches are made. */
export interface NotificationBatchOptions extends Omit<NotificationServeOptions, 'workers'> {
  /** A batch has so many notifications at most. */
  readonly size: number;
  /** How long the first of a batch waits for others. Without it, until the batch is full. */
  readonly timeoutMs?: number;
}

/**
 * Listens to notifications in batches, one batch at a time. Otherwise as `serveNotifications`.
 * @throws {InvalidTarget} without topics, {@link TopologyMismatch} when queues exist with other flags.
 */
export async function serveNotificationBatches(
  transport: Transport,
  targets: readonly Pick<Target, 'exchange' | 'topic'>[],
  endpoints: readonly NotificationBatchEndpoint[],
  options: NotificationBatchOptions,
): Promise<RpcServer> {
  return new NotificationBatchServer(transport, endpoints, options).start(targets);
}

class NotificationBatchServer implements Work {
  readonly #transport: Transport;
  readonly #options: NotificationBatchOptions;
  readonly #size: number;
  readonly #handlers: Handlers<NotificationBatchMethod>;
  readonly #intake: NotificationIntake;
  readonly #idle = Promise.withResolvers<void>();
  #collected: TakenNotification[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isDue = false;
  #isHalted = false;

  constructor(
    transport: Transport,
    endpoints: readonly NotificationBatchEndpoint[],
    options: NotificationBatchOptions,
  ) {
    this.#transport = transport;
    this.#options = options;
    this.#size = Math.max(1, options.size);
    this.#handlers = handlersOf(endpoints);
    this.#intake = new NotificationIntake(transport, options.serializer);
  }

  async start(targets: readonly Pick<Target, 'exchange' | 'topic'>[]): Promise<RpcServer> {
    const { driver, controlExchange } = this.#transport[core];
    const routes = notificationRoutes(targets, this.#handlers.keys(), controlExchange);
    // One batch is handled while the next is collected, from each of the queues alone if need be.
    const listener = await driver.listenNotifications(
      { routes, pool: this.#options.pool, prefetch: 2 * this.#size },
      (delivery) => this.#receive(delivery),
    );
    return new ListeningServer(this.#transport, listener, this);
  }

  halt(): void {
    this.#isHalted = true;
  }

  giveBack(): void {
    clearTimeout(this.#timer);
    for (const { delivery } of this.#collected.splice(0)) delivery.requeue();
    this.#tellIdle();
  }

  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  #receive(delivery: Delivery): void {
    const taken = this.#intake.take(delivery);
    if (taken === undefined) return;
    this.#collected.push(taken);
    if (this.#options.timeoutMs !== undefined) {
      this.#timer ??= setTimeout(() => {
        this.#isDue = true;
        this.#run();
      }, this.#options.timeoutMs);
    }
    this.#run();
  }

  /** Starts the next batch when it is full or due, and none runs. */
  #run(): void {
    if (this.#isHalted || this.#isRunning) return;
    if (this.#collected.length < this.#size && !this.#isDue) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const batch = this.#collected.splice(0, this.#size);
    if (batch.length === 0) return;
    this.#isRunning = true;
    void this.#process(batch).finally(() => {
      this.#isRunning = false;
      // Those that came meanwhile have waited: they are due at once when there is a time to wait at all.
      this.#isDue = this.#options.timeoutMs !== undefined && this.#collected.length > 0;
      this.#run();
      this.#tellIdle();
    });
  }

  #tellIdle(): void {
    if (this.#isHalted && !this.#isRunning) this.#idle.resolve();
  }

  async #process(batch: readonly TakenNotification[]): Promise<void> {
    for (const priority of notificationPriorities) {
      const group = batch.filter(({ notification }) => notification.priority === priority);
      if (group.length === 0) continue;
      const startedAt = performance.now();
      const { wantsRequeue, ...failure } = await this.#dispatch(priority, group);
      const isRequeued = wantsRequeue && this.#options.allowRequeue === true;
      const ms = performance.now() - startedAt;
      for (const taken of group) this.#intake.settle(taken, { isRequeued, ms, ...failure });
    }
  }

  /** Endpoints one after the other; the first that wants its part back, or throws, ends the walk. Never rejects. */
  async #dispatch(
    priority: NotificationPriority,
    group: readonly TakenNotification[],
  ): Promise<{ wantsRequeue: boolean; error?: unknown }> {
    try {
      for (const { passes, run } of this.#handlers.get(priority) ?? []) {
        const passing = group.filter(({ context, notification }) => passes(context, notification));
        if (passing.length === 0) continue;
        const batched = passing.map(({ context, notification }) => ({ context, notification }));
        if ((await run(batched)) === 'requeue') return { wantsRequeue: true };
      }
      return { wantsRequeue: false };
    } catch (error) {
      return { wantsRequeue: true, error };
    }
  }
}
