import { randomUUID } from 'node:crypto';
import { packContext } from '../context.ts';
import { diagnostics } from '../diagnostics.ts';
import { newId } from '../ids.ts';
import { send } from '../send.ts';
import type { Serializer } from '../serializer.ts';
import { core, type Transport } from '../transport.ts';
import type { RequestContext } from '../types.ts';
import type { NotificationPriority } from './notification.ts';
import { safeContext } from './safe-context.ts';

/** How a notification travels: `messaging` bare (format 1.0), `messagingv2` in an envelope, `noop` not at all. */
export type NotificationDriver = 'messaging' | 'messagingv2' | 'noop';

/** Who notifies, and where to. */
export interface NotifierOptions {
  /** `<service>.<host>`, by habit. */
  readonly publisherId?: string;
  /** Each sends. Default `messagingv2` alone. */
  readonly drivers?: readonly NotificationDriver[];
  /** Each gets the notification. Default `notifications`. */
  readonly topics?: readonly string[];
  /** Rounds over all hosts that may fail while a notification waits for a broker: 0 none; default and -1: for ever. */
  readonly retry?: number;
  /**
   * False: unlike oslo's, it declares no queue, and sends on the channel of the requests. What nobody listens to is dropped by the
   * broker (a tap still sees it) instead of filling a queue for ever, and is told in its place between the requests.
   * Default true.
   */
  readonly declaresQueue?: boolean;
  readonly serializer?: Serializer;
}

/**
 * Tells whoever listens what happened. A notification waits in the queue of its topic and priority, which is declared with the
 * first, so that nothing is lost before the first listener comes (but see `declaresQueue`). Of the context only harmless keys travel.
 *
 * Its methods resolve when the broker has the notification or it was given up; they never reject, because what is told must not
 * break what is done. Who wants to know listens to `rpc.notify` (see `onDiagnostic`).
 */
export class Notifier {
  readonly #transport: Transport;
  readonly #options: NotifierOptions;

  constructor(transport: Transport, options: NotifierOptions = {}) {
    this.#transport = transport;
    this.#options = options;
  }

  /** A notifier with another publisher or limit of retries; cheap. */
  prepare(overrides: Pick<NotifierOptions, 'publisherId' | 'retry'>): Notifier {
    return new Notifier(this.#transport, { ...this.#options, ...overrides });
  }

  audit(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('audit', context, eventType, payload);
  }

  debug(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('debug', context, eventType, payload);
  }

  info(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('info', context, eventType, payload);
  }

  warn(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('warn', context, eventType, payload);
  }

  /** The same as `warn`. */
  warning(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.warn(context, eventType, payload);
  }

  error(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('error', context, eventType, payload);
  }

  critical(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('critical', context, eventType, payload);
  }

  sample(context: RequestContext, eventType: string, payload: unknown): Promise<void> {
    return this.#notify('sample', context, eventType, payload);
  }

  /** One message for each driver and topic; most have one of both. */
  #notify(priority: NotificationPriority, given: RequestContext, eventType: string, payload: unknown): Promise<void> {
    const { drivers = DRIVERS, topics = TOPICS } = this.#options;
    const messageId = randomUUID();
    const sendings: Promise<void>[] = [];
    for (const driver of drivers) {
      if (driver === 'noop') continue;
      for (const topic of topics) {
        sendings.push(this.#attempt({ priority, eventType, payload, messageId, topic, driver }, given));
      }
    }
    const [only, ...others] = sendings;
    return only !== undefined && others.length === 0 ? only : Promise.all(sendings).then(() => undefined);
  }

  /** Sends, and tells what became of it. Never rejects. */
  async #attempt(notice: Notice, given: RequestContext): Promise<void> {
    try {
      await this.#send(notice, given);
      this.#tell(notice);
    } catch (error) {
      this.#tell(notice, error);
    }
  }

  #tell({ payload: _, ...notice }: Notice, error?: unknown): void {
    if (!diagnostics.notify.hasSubscribers) return;
    const event = { transport: this.#transport, publisherId: this.#options.publisherId, ...notice };
    diagnostics.notify.publish(error === undefined ? event : { ...event, error });
  }

  /** The inner message has its keys in the order Python writes them. */
  #send({ priority, eventType, payload, messageId, topic, driver }: Notice, given: RequestContext): Promise<void> {
    const { publisherId, serializer, retry, declaresQueue = true } = this.#options;
    const to = declaresQueue ? 'notification' : 'topic';
    const context = safeContext(given);
    const message: Record<string, unknown> = {
      message_id: messageId,
      publisher_id: publisherId ?? null,
      event_type: eventType,
      priority: priority.toUpperCase(),
      payload:
        serializer?.serializeEntity === undefined ? (payload ?? null) : serializer.serializeEntity(context, payload),
      timestamp: timestamp(new Date()),
      _unique_id: newId(),
    };
    packContext(serializer?.serializeContext?.(context) ?? context, message);
    const { controlExchange } = this.#transport[core];
    const routingKey = `${topic}.${priority}`;
    return send(
      this.#transport,
      { kind: 'notification', exchange: controlExchange, routingKey, topic, message, headers: {} },
      { to, isMandatory: false, isBare: driver === 'messaging', context, retry },
    );
  }
}

const DRIVERS: readonly NotificationDriver[] = ['messagingv2'];
const TOPICS: readonly string[] = ['notifications'];

/** What one message says, and where it goes. */
interface Notice {
  readonly priority: NotificationPriority;
  readonly eventType: string;
  readonly payload: unknown;
  /** The same in all topics. */
  readonly messageId: string;
  readonly topic: string;
  readonly driver: Exclude<NotificationDriver, 'noop'>;
}

/** A time as Python writes it: UTC, a space, no zone, microseconds that are left out when they are zero. */
export function timestamp(time: Date): string {
  const iso = time.toISOString(); // 2026-11-20T13:20:00.123Z
  const seconds = `${iso.slice(0, -14)} ${iso.slice(-13, -5)}`;
  const fraction = iso.slice(-5, -1);
  return fraction === '.000' ? seconds : `${seconds}${fraction}000`;
}
