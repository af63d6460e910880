import type { Firehose, FirehoseRecord } from './firehose.ts';

/** A notification as it travelled. */
export interface Told {
  readonly event_type: string;
  /** Lower case, as in its routing key. */
  readonly priority: string;
  readonly publisher_id: string;
  readonly request_id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into payloads of any shape
  readonly payload: any;
}

/** The notifications that a tapped bus has seen, in their order; those of one request, if it is given. */
export function toldOn({ records }: Pick<Firehose, 'records'>, requestId?: string): readonly Told[] {
  return records
    .filter(isNotification)
    .map(readTold)
    .filter(({ request_id }) => requestId === undefined || request_id === requestId);
}

/** Whether a record is the publishing of a notification. */
export function isNotification({ kind, routing_key }: FirehoseRecord): boolean {
  return kind === 'publish' && routing_key.startsWith('notifications.');
}

function readTold({ routing_key, body }: FirehoseRecord): Told {
  const { 'oslo.message': inner } = JSON.parse(body.toString());
  const { event_type, publisher_id, payload, _context_request_id: request_id } = JSON.parse(inner);
  return { event_type, priority: routing_key.slice('notifications.'.length), publisher_id, request_id, payload };
}
