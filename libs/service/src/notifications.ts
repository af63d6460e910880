import { Notifier, type RequestContext, type Transport } from '@novasim/rpc';
import type { NovaContext } from './context.ts';
import type { From } from './env.ts';
import type { Logger } from './logger.ts';
import type { ErrorEvents, InfoEvents } from './notification-events.ts';

export interface NotifyConfig {
  /** Whether the service tells on the bus what cannot be seen from its requests. */
  readonly notify: boolean;
}

/** Reads whether a service tells, for those that have something to tell. */
export function notifyConfig(from: From): NotifyConfig {
  return {
    notify: from.boolean('NOVASIM_NOTIFY', {
      default: true,
      meaning: 'Tells on the bus, as notifications, what cannot be seen from its requests: states, verdicts, faults',
    }),
  };
}

export interface NotificationsOptions {
  /** First half of the publisher's id, `compute` of `compute.h1`. */
  readonly service: string;
  readonly host: string;
  readonly isOn: boolean;
  readonly log: Logger;
}

/** While the broker is away or takes nothing, so many wait at most; what comes beyond is given up and counted in the log. */
const MOST_WAITING = 1_000;

/**
 * Tells on the bus what a service did, for whoever looks on: exchange `nova`, keys `notifications.info` and `.error`. Nobody
 * waits for it and nothing fails with it; what could not be sent is in the log. No queue is made for it: without a listener the broker
 * drops it. It goes on the channel of the requests, so that it is seen where it happened, between them, and closing the
 * transport waits for it as for them.
 */
export class Notifications {
  /** Whether anything is told: what is costly to find out need not be. */
  readonly isOn: boolean;
  readonly #service: string;
  readonly #notifier: Notifier;
  readonly #backlog: Backlog;

  private constructor(
    { isOn, service }: Pick<NotificationsOptions, 'isOn' | 'service'>,
    notifier: Notifier,
    backlog: Backlog,
  ) {
    this.isOn = isOn;
    this.#service = service;
    this.#notifier = notifier;
    this.#backlog = backlog;
  }

  static on(transport: Transport, options: NotificationsOptions): Notifications {
    const publisherId = `${options.service}.${options.host}`;
    return new Notifications(
      options,
      new Notifier(transport, { publisherId, declaresQueue: false }),
      new Backlog(options.log),
    );
  }

  /** The same in the name of another host of the process. */
  as(host: string): Notifications {
    const notifier = this.#notifier.prepare({ publisherId: `${this.#service}.${host}` });
    return new Notifications({ isOn: this.isOn, service: this.#service }, notifier, this.#backlog);
  }

  info<E extends keyof InfoEvents>(ctx: RequestContext, event: E, payload: InfoEvents[E]): void {
    if (this.isOn) this.#backlog.run(() => this.#notifier.info(ownersOf(ctx), event, payload));
  }

  error<E extends keyof ErrorEvents>(ctx: RequestContext, event: E, payload: ErrorEvents[E]): void {
    if (this.isOn) this.#backlog.run(() => this.#notifier.error(ownersOf(ctx), event, payload));
  }
}

/** Of the context what ties a notification to its request, and to whose it is. */
function ownersOf({ request_id, user_id, project_id }: Partial<NovaContext>): RequestContext {
  return { request_id, user_id, project_id };
}

/** How many notifications wait for the broker, bounded. */
class Backlog {
  readonly #log: Logger;
  #waiting = 0;
  #dropped = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Sends, unless too many wait. `send` never rejects: the bus library tells what became of it, and the log hears that. */
  run(send: () => Promise<void>): void {
    if (this.#waiting >= MOST_WAITING) {
      if (this.#dropped === 0) this.#log.warn({ waiting: this.#waiting }, 'notifications are given up, too many wait');
      this.#dropped += 1;
      return;
    }
    this.#waiting += 1;
    void send().then(this.#done);
  }

  readonly #done = (): void => {
    this.#waiting -= 1;
    if (this.#dropped === 0) return;
    this.#log.warn({ dropped: this.#dropped }, 'notifications are sent again, these were given up');
    this.#dropped = 0;
  };
}
