import { isObject } from '../envelope.ts';
import type { RequestContext } from '../types.ts';
import type { Notification, NotificationFilter } from './notification.ts';

/** Whether a notification passes a filter. */
export type Screen = (context: RequestContext, notification: Notification) => boolean;

/** Compiles a filter; no filter lets everything through. @throws {SyntaxError} when an expression is none */
export function compileFilter(filter: NotificationFilter | undefined): Screen {
  if (filter === undefined) return () => true;
  const publisherId = anchored(filter.publisherId);
  const eventType = anchored(filter.eventType);
  const [inContext, inPayload, inMetadata] = [filter.context, filter.payload, filter.metadata].map(anchoredFields);
  return (context, notification) =>
    fits(notification.publisherId, publisherId) &&
    fits(notification.eventType, eventType) &&
    fieldsFit(context, inContext) &&
    fieldsFit({ message_id: notification.messageId, timestamp: notification.timestamp }, inMetadata) &&
    fieldsFit(notification.payload, inPayload);
}

/** Python's `match`: from the beginning, to wherever it ends. */
function anchored(expression: string | RegExp | undefined): RegExp | undefined {
  if (expression === undefined) return undefined;
  const [source, flags] = typeof expression === 'string' ? [expression, ''] : [expression.source, expression.flags];
  return new RegExp(`^(?:${source})`, flags.replace(/[gy]/g, '')); // with g or y an expression remembers where it was
}

function anchoredFields(fields: NotificationFilter['payload']): readonly [string, RegExp | undefined][] {
  return Object.entries(fields ?? {}).map(([name, expression]) => [name, anchored(expression)]);
}

function fits(value: unknown, expression: RegExp | undefined): boolean {
  return expression === undefined || (typeof value === 'string' && expression.test(value));
}

function fieldsFit(object: unknown, fields: ReturnType<typeof anchoredFields> = []): boolean {
  return fields.every(([name, field]) => isObject(object) && Object.hasOwn(object, name) && fits(object[name], field));
}
