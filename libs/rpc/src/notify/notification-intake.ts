import { unpackContext } from '../context.ts';
import { diagnostics } from '../diagnostics.ts';
import type { Delivery } from '../driver.ts';
import { Duplicates } from '../duplicates.ts';
import { decodeMessage } from '../envelope.ts';
import type { Serializer } from '../serializer.ts';
import { shown } from '../shown.ts';
import type { Transport } from '../transport.ts';
import type { RequestContext } from '../types.ts';
import { type Notification, notificationPriorities } from './notification.ts';

/** A notification that was read and waits to be settled. */
export interface TakenNotification {
  readonly context: RequestContext;
  readonly notification: Notification;
  readonly delivery: Delivery;
  readonly uniqueId: string | undefined;
}

/** Reads deliveries and settles those that nobody can handle. */
export class NotificationIntake {
  readonly #transport: Transport;
  readonly #serializer: Serializer | undefined;
  readonly #acknowledged = new Duplicates();

  constructor(transport: Transport, serializer: Serializer | undefined) {
    this.#transport = transport;
    this.#serializer = serializer;
  }

  /** Undefined when the delivery is settled already: it cannot be read, has an unknown priority, or is a twin. */
  take(delivery: Delivery): TakenNotification | undefined {
    let message: Record<string, unknown>;
    let read: Pick<TakenNotification, 'context' | 'notification'> | undefined;
    try {
      message = decodeMessage(delivery.body, delivery.headers);
      read = this.#read(message);
    } catch (error) {
      delivery.reject();
      this.#poison(delivery, 'undecodable notification', error);
      return undefined;
    }
    const id = message['_unique_id'];
    const uniqueId = typeof id === 'string' ? id : undefined;
    if (read === undefined) this.#poison(delivery, 'notification of unknown priority');
    if (read === undefined || this.#acknowledged.has(uniqueId)) {
      this.#accept(delivery, uniqueId);
      return undefined;
    }
    return { ...read, delivery, uniqueId };
  }

  /** Acknowledges, or gives back; tells what became of it. */
  settle(taken: TakenNotification, outcome: { isRequeued: boolean; ms: number; error?: unknown }): void {
    const { context, notification, delivery, uniqueId } = taken;
    if (outcome.isRequeued) delivery.requeue();
    else this.#accept(delivery, uniqueId);
    if (!diagnostics.notified.hasSubscribers) return;
    const { exchange, routingKey } = delivery;
    diagnostics.notified.publish({
      transport: this.#transport,
      exchange,
      routingKey,
      context,
      ...notification,
      ...outcome,
    });
  }

  #read(message: Readonly<Record<string, unknown>>): Pick<TakenNotification, 'context' | 'notification'> | undefined {
    const name = shown(message['priority'] ?? '').toLowerCase();
    const priority = notificationPriorities.find((each) => each === name);
    if (priority === undefined) return undefined;
    const received = unpackContext(message);
    const serializer = this.#serializer;
    const context = serializer?.deserializeContext?.(received) ?? received;
    const { publisher_id: publisherId, event_type: eventType, message_id: messageId, timestamp } = message;
    const entity = message['payload'];
    const payload =
      serializer?.deserializeEntity === undefined ? entity : serializer.deserializeEntity(context, entity);
    return { context, notification: { priority, publisherId, eventType, payload, messageId, timestamp } };
  }

  /** Remembered once it is acknowledged, so that a twin is dropped, but one that was given back is handled again. */
  #accept(delivery: Delivery, uniqueId: string | undefined): void {
    const remember = (): void => {
      this.#acknowledged.isTwin(uniqueId);
    };
    delivery.accept(remember, () => {}); // lost with its channel, it comes again
  }

  #poison(delivery: Delivery, reason: string, error?: unknown): void {
    if (!diagnostics.poison.hasSubscribers) return;
    const { exchange, routingKey } = delivery;
    diagnostics.poison.publish({ transport: this.#transport, reason, exchange, routingKey, error });
  }
}
