import type { RequestContext } from '../types.ts';

/** The priorities of notifications; on the wire upper case in the message, lower case in queue names and routing keys. */
export const notificationPriorities = ['audit', 'debug', 'info', 'warn', 'error', 'critical', 'sample'] as const;
export type NotificationPriority = (typeof notificationPriorities)[number];

/** What somebody told whoever listens. What a message did not have, or had as another type, is undefined. */
export interface Notification {
  readonly priority: NotificationPriority;
  /** `<service>.<host>`, by habit. */
  readonly publisherId: unknown;
  /** For example `compute.instance.create.end`. */
  readonly eventType: unknown;
  readonly payload: unknown;
  /** The same in all topics that it was sent to. */
  readonly messageId: unknown;
  /** UTC, `YYYY-MM-DD HH:MM:SS.ffffff`. */
  readonly timestamp: unknown;
}

/** What an endpoint makes of a notification: anything but `requeue` counts as handled. */
export type NotificationResult = 'handled' | 'requeue';

/** A method of an endpoint. Returning `requeue`, or throwing, gives the notification back where that is allowed. */
export type NotificationMethod = (context: RequestContext, notification: Notification) => unknown;

/** An object with a method for each priority that it wants to hear of, and perhaps a filter. */
export type NotificationEndpoint = { readonly [P in NotificationPriority]?: NotificationMethod } & {
  readonly filter?: NotificationFilter;
};

/**
 * Regular expressions that a notification must match, at the beginning of each text, as oslo.messaging's NotificationFilter
 * (notify/filter.py). A field that is missing or no text matches nothing.
 */
export interface NotificationFilter {
  readonly publisherId?: string | RegExp;
  readonly eventType?: string | RegExp;
  readonly context?: Readonly<Record<string, string | RegExp>>;
  readonly payload?: Readonly<Record<string, string | RegExp>>;
  /** Keys `message_id` and `timestamp`. */
  readonly metadata?: Readonly<Record<string, string | RegExp>>;
}
