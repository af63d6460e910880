import type { PublishedEvent } from './bus-event.ts';
import type { Interned } from './interned.ts';
import { at, textAt } from './json.ts';
import { type MessageFacts, readFacts } from './message-facts.ts';
import { sumOf } from './message-key.ts';

/** One message as it is kept: what was published, what it is, and what became of it. Pure functions turn it into a hop. */
export interface MessageRecord {
  /** Number of its hop; mostly `seq`. */
  readonly id: number;
  readonly seq: number;
  readonly published: Omit<PublishedEvent, 'event' | 'seq'>;
  readonly facts: MessageFacts;
  readonly key: string;
  /** See {@link addDelivery}. */
  deliveries: Delivery[];
  /** When it was published again with the same `_unique_id`. */
  again_at_ms?: readonly number[];
  /** The broker moved it to a dead letter exchange: from where and why. */
  death?: Death;
  /** What it takes of the memory, roughly. */
  kept_bytes: number;
}

export interface Delivery {
  readonly at_ms: number;
  readonly queue: string;
  readonly connection?: string;
  readonly is_redelivered: boolean;
}

export interface Death {
  readonly at_ms: number;
  readonly queue: string;
  readonly reason: string;
}

/** A list that begins empty makes room for sixteen with its first; nearly every message is delivered once. */
export function addDelivery(record: MessageRecord, delivery: Delivery): void {
  if (record.deliveries.length === 0) record.deliveries = [delivery];
  else record.deliveries.push(delivery);
}

interface Keeping {
  readonly idFor: (seq: number) => number;
  /** In characters; what is longer is cut. */
  readonly longestBody: number;
  readonly interned: Interned;
}

export function recordOf(event: PublishedEvent, { idFor, longestBody, interned }: Keeping): MessageRecord {
  const { event: _, seq, ...published } = event.body.length > longestBody ? cut(event, longestBody) : event;
  const facts = readFacts(event.body, event);
  const key = facts.unique_id ?? `sum-${sumOf(event.body)}`;
  const death = deathOf(event);
  return {
    id: idFor(seq),
    seq,
    published: shared(published, interned),
    facts: sharedFacts(facts, interned),
    key,
    deliveries: [],
    ...(death !== undefined && { death }),
    kept_bytes: RECORD_BYTES + sizeOf(published.body),
  };
}

function shared(published: MessageRecord['published'], interned: Interned): MessageRecord['published'] {
  const { exchange, routing_key, routed_queues, connection, user, properties } = published;
  return {
    ...published,
    exchange: interned.text(exchange),
    routing_key: interned.text(routing_key),
    properties: interned.table(properties),
    ...(routed_queues !== undefined && { routed_queues: interned.list(routed_queues) }),
    ...(connection !== undefined && { connection: interned.text(connection) }),
    ...(user !== undefined && { user: interned.text(user) }),
  };
}

/** Names come again with every message; ids are left as they are. */
function sharedFacts(facts: MessageFacts, interned: Interned): MessageFacts {
  const shared: { -readonly [K in keyof MessageFacts]: MessageFacts[K] } = { ...facts };
  for (const name of NAMES) {
    const value = facts[name];
    if (value !== undefined) shared[name] = interned.text(value);
  }
  return shared;
}

const NAMES = ['method', 'namespace', 'version', 'reply_queue', 'host', 'event_type', 'publisher_id'] as const;

/** The beginning of the body, as a text that does not hold on to the whole. */
function cut(event: PublishedEvent, longest: number): PublishedEvent {
  const body = JSON.parse(JSON.stringify(event.body.slice(0, longest))) as string; // what went in as text comes out as one
  return { ...event, body, is_cut: true };
}

/** What a broker writes on a message that it moves to a dead letter exchange. */
export function deathOf({ properties, at_ms }: PublishedEvent): Death | undefined {
  const deaths = at(properties, 'headers', 'x-death');
  const latest: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  const queue = textAt(latest, 'queue');
  return queue === undefined ? undefined : { at_ms, queue, reason: textAt(latest, 'reason') ?? 'removed' };
}

/** A delivery adds this. */
export const DELIVERY_BYTES = 150;
/** A record without its body, its places in the maps that find it included; measured. */
const RECORD_BYTES = 1500;

/** V8 keeps a text in one byte a character as long as all are of Latin 1. */
function sizeOf(text: string): number {
  return BEYOND_LATIN1.test(text) ? 2 * text.length : text.length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of Latin 1 begins with them
const BEYOND_LATIN1 = /[^\x00-\xff]/;
