import type { PublishedEvent } from './bus-event.ts';
import type { MessageFacts } from './message-facts.ts';

/** One message as it is kept: what was published, what it is, and what became of it. Pure functions turn it into a hop. */
export interface MessageRecord {
  readonly id: number;
  readonly published: Omit<PublishedEvent, 'event' | 'seq'>;
  readonly facts: MessageFacts;
  readonly key: string;
  readonly deliveries: Delivery[];
  /** When it was published again with the same `_unique_id`. */
  readonly again_at_ms: number[];
  /** What it takes of the memory, roughly. */
  kept_bytes: number;
}

export interface Delivery {
  readonly at_ms: number;
  readonly queue: string;
  readonly connection?: string;
  readonly is_redelivered: boolean;
}

/** Roughly what a record takes of the memory, with its places in the maps that find it. */
export function bytesOf({ published, facts, key }: Omit<MessageRecord, 'kept_bytes'>): number {
  const strings = [key, facts.msg_id, facts.request_id, facts.reply_queue, facts.error, published.connection];
  const texts = strings.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  return RECORD_BYTES + sizeOf(published.body) + texts;
}

/** A delivery adds this. */
export const DELIVERY_BYTES = 120;
const RECORD_BYTES = 1100;

/** V8 keeps a text in one byte a character as long as all are of Latin 1. */
function sizeOf(text: string): number {
  return BEYOND_LATIN1.test(text) ? 2 * text.length : text.length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of Latin 1 begins with them
const BEYOND_LATIN1 = /[^\x00-\xff]/;
