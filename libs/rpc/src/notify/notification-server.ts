import type { Delivery } from '../driver.ts';
import { ListeningServer } from '../listening-server.ts';
import type { RpcServer } from '../rpc-server.ts';
import type { Serializer } from '../serializer.ts';
import { core, type Transport } from '../transport.ts';
import type { Target } from '../types.ts';
import { Workers } from '../workers.ts';
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
  return new NotificationServer(transport, endpoints, options).start(targets);
}

class NotificationServer {
  readonly #transport: Transport;
  readonly #options: NotificationServeOptions;
  readonly #prefetch: number;
  readonly #workers: Workers;
  readonly #handlers: Handlers<NotificationMethod>;
  readonly #intake: NotificationIntake;

  constructor(transport: Transport, endpoints: readonly NotificationEndpoint[], options: NotificationServeOptions) {
    this.#transport = transport;
    this.#options = options;
    const workers = Math.max(1, options.workers ?? 64);
    this.#prefetch = prefetchPerWorker * workers;
    this.#workers = new Workers(workers, (delivery) => this.#start(delivery));
    this.#handlers = handlersOf(endpoints);
    this.#intake = new NotificationIntake(transport, options.serializer);
  }

  async start(targets: readonly Pick<Target, 'exchange' | 'topic'>[]): Promise<RpcServer> {
    const { driver, controlExchange } = this.#transport[core];
    const routes = notificationRoutes(targets, this.#handlers.keys(), controlExchange);
    const listener = await driver.listenNotifications(
      { routes, pool: this.#options.pool, prefetch: this.#prefetch },
      (delivery) => this.#workers.receive(delivery),
    );
    return new ListeningServer(this.#transport, listener, this.#workers);
  }

  #start(delivery: Delivery): void {
    const taken = this.#intake.take(delivery);
    if (taken === undefined) return;
    this.#workers.begin();
    void this.#process(taken); // never rejects
  }

  async #process(taken: TakenNotification): Promise<void> {
    const startedAt = performance.now();
    const { wantsRequeue, ...failure } = await this.#dispatch(taken);
    const isRequeued = wantsRequeue && this.#options.allowRequeue === true;
    this.#intake.settle(taken, { isRequeued, ms: performance.now() - startedAt, ...failure });
    this.#workers.release();
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
}
