import { emptyTable, type Field, long } from '../codec/field-table.ts';
import type { Entry } from '../vhost/entry.ts';
import type { Message } from '../vhost/message.ts';
import type { Queue } from '../vhost/queue.ts';

/** Quorum queues say in a header how often a message came back; classic queues do not. */
export function withDeliveryCount(queue: Queue, { message, returns }: Entry): Message {
  if (returns === 0 || queue.settings.type !== 'quorum') return message;
  const headers = new Map<string, Field>(message.properties.headers ?? emptyTable);
  headers.set('x-delivery-count', long(returns));
  return message.withProperties({ ...message.properties, headers });
}
