import { unpackContext } from '../context.ts';
import type { Serializer } from '../serializer.ts';
import type { RequestContext } from '../types.ts';
import {
  type Notification,
  type NotificationEndpoint,
  type NotificationMethod,
  type NotificationPriority,
  type NotificationResult,
  notificationPriorities,
} from './notification.ts';
import { compileFilter } from './notification-filter.ts';

/** A message taken apart. */
export interface ReadNotification {
  readonly context: RequestContext;
  readonly notification: Notification;
}

/** How the walk through the endpoints ended. */
export interface NotificationOutcome {
  readonly result: NotificationResult;
  readonly error?: unknown;
}

/** Calls the endpoints of a notification's priority in order. Rule: notify/dispatcher.py. */
export class NotificationDispatcher {
  readonly #serializer: Serializer | undefined;
  readonly #handlers = new Map<NotificationPriority, Handler[]>();

  constructor(endpoints: readonly NotificationEndpoint[], serializer: Serializer | undefined) {
    this.#serializer = serializer;
    for (const endpoint of endpoints) {
      const passes = compileFilter(endpoint.filter);
      for (const priority of notificationPriorities) {
        const method = endpoint[priority];
        if (typeof method !== 'function') continue;
        const handlers = this.#handlers.get(priority) ?? [];
        this.#handlers.set(priority, handlers);
        handlers.push({ passes, run: method.bind(endpoint) });
      }
    }
  }

  /** Those that some endpoint has a method for. */
  get priorities(): readonly NotificationPriority[] {
    return [...this.#handlers.keys()];
  }

  /** Takes a decoded message apart; undefined when its priority is none. */
  read(message: Readonly<Record<string, unknown>>): ReadNotification | undefined {
    const name = String(message['priority'] ?? '').toLowerCase();
    const priority = notificationPriorities.find((each) => each === name);
    if (priority === undefined) return undefined;
    const received = unpackContext(message);
    const context = this.#serializer?.deserializeContext?.(received) ?? received;
    const { publisher_id: publisherId, event_type: eventType, message_id: messageId, timestamp } = message;
    const entity = message['payload'];
    const payload =
      this.#serializer?.deserializeEntity === undefined ? entity : this.#serializer.deserializeEntity(context, entity);
    return { context, notification: { priority, publisherId, eventType, payload, messageId, timestamp } };
  }

  /** Endpoints one after the other; the first that wants the notification back, or throws, ends the walk. Never rejects. */
  async dispatch({ context, notification }: ReadNotification): Promise<NotificationOutcome> {
    try {
      for (const { passes, run } of this.#handlers.get(notification.priority) ?? []) {
        if (!passes(context, notification)) continue;
        if ((await run(context, notification)) === 'requeue') return { result: 'requeue' };
      }
      return { result: 'handled' };
    } catch (error) {
      return { result: 'requeue', error };
    }
  }
}

interface Handler {
  readonly passes: ReturnType<typeof compileFilter>;
  readonly run: NotificationMethod;
}
