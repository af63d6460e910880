import { type DeliveredEvent, messageKey, type PublishedEvent } from '@novasim/trace';
import type { ConsumeMessage } from 'amqplib';
import { maskValue } from '../masking/mask-value.ts';
import { keepBody } from './kept-body.ts';

/** An event before it has its place in the row. */
export type Unnumbered<E> = E extends unknown ? Omit<E, 'seq'> : never;

/** What the firehose tells of. */
export type Travelled = Unnumbered<PublishedEvent | DeliveredEvent>;

/**
 * Reads a message of a broker's trace exchange, in the form that https://www.rabbitmq.com/docs/firehose describes; undefined for
 * whatever is none. Nothing of it is kept but what is in the event, secrets masked.
 */
export function readTraceMessage(
  { fields, properties, content }: ConsumeMessage,
  at_ms: number,
): Travelled | undefined {
  const headers = (properties.headers ?? {}) as TraceHeaders; // whatever is missing is left out below
  const connection = typeof headers.connection === 'string' ? { connection: headers.connection } : {};
  if (fields.routingKey.startsWith(DELIVER)) {
    return {
      event: 'delivered',
      at_ms,
      queue: fields.routingKey.slice(DELIVER.length),
      is_redelivered: headers.redelivered === 1,
      ...connection,
      message_key: keyOf(content),
    };
  }
  if (!fields.routingKey.startsWith(PUBLISH)) return undefined;
  const { body, isCut } = keepBody(content);
  return {
    event: 'published',
    at_ms,
    exchange: headers.exchange_name ?? fields.routingKey.slice(PUBLISH.length),
    routing_key: headers.routing_keys?.[0] ?? '',
    ...(headers.routed_queues !== undefined && { routed_queues: headers.routed_queues }),
    ...connection,
    ...(typeof headers.user === 'string' && { user: headers.user }),
    properties: maskValue(headers.properties ?? {}) as PublishedEvent['properties'], // an object stays one
    body,
    bytes: content.length,
    ...(isCut && { is_cut: true }),
  };
}

const PUBLISH = 'publish.';
const DELIVER = 'deliver.';

interface TraceHeaders {
  readonly exchange_name?: string;
  readonly routing_keys?: readonly string[];
  readonly routed_queues?: readonly string[];
  readonly properties?: object;
  readonly connection?: unknown;
  readonly user?: unknown;
  readonly redelivered?: unknown;
}

/** The same key as `messageKey` of what was kept when the message was published, mostly without reading the body again. */
function keyOf(content: Buffer): string {
  const at = content.lastIndexOf(UNIQUE_ID);
  if (at !== -1 && content.indexOf(UNIQUE_ID) === at) {
    const found = AFTER_UNIQUE_ID.exec(content.toString('latin1', at + UNIQUE_ID.length, at + UNIQUE_ID.length + 60));
    if (found?.[1] !== undefined) return found[1];
  }
  return messageKey(keepBody(content).body);
}

const UNIQUE_ID = '_unique_id';
/** `": "` with or without backslashes, as in a text inside JSON. */
const AFTER_UNIQUE_ID = /^\\?": ?\\?"([^"\\]+)\\?"/;
