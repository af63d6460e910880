import type { HopSight } from './hop-sight.ts';
import type { Delivery, MessageRecord } from './record.ts';
import type { Told } from './told.ts';
import { clock, inWords } from './words.ts';

/** Where a message got to, whatever is answered: nowhere, into a queue, out of it, or to a consumer that died with it. */
export function arrivalOf(record: MessageRecord, sight: HopSight): Told & { readonly died_at_ms?: number } {
  const { published, deliveries, death } = record;
  const last = deliveries.at(-1);
  if (last !== undefined) return delivered(record, last, sight);
  if (death !== undefined) {
    const why = `${DEATHS[death.reason] ?? death.reason} in \`${death.queue}\`, never delivered`;
    return { outcome: 'lost', why, ended_at_ms: death.at_ms };
  }
  const { routed_queues: queues } = published;
  if (queues === undefined) return { outcome: 'sent', why: 'published; the tap does not tell where it was routed' };
  const [queue] = queues;
  return queue === undefined ? unrouted(record) : queued(record, queue, sight);
}

/** Reasons of `x-death`. */
const DEATHS: Readonly<Record<string, string>> = {
  expired: 'expired',
  rejected: 'rejected by its consumer',
  maxlen: 'pushed out by others',
  delivery_limit: 'delivered too often',
};

function delivered(record: MessageRecord, last: Delivery, sight: HopSight): Told & { readonly died_at_ms?: number } {
  const after = inWords(last.at_ms - record.published.at_ms);
  const again = last.is_redelivered || record.deliveries.filter(({ queue }) => queue === last.queue).length > 1;
  const why = `delivered from \`${last.queue}\` after ${after}${again ? ', not for the first time' : ''}`;
  const ended = record.deliveries[0] ?? last;
  const died = workDiedWith(record, last, sight);
  if (died === undefined) return { outcome: 'delivered', why, ended_at_ms: ended.at_ms };
  const unless = sight.isSettled === undefined ? ', unless it was done by then' : '';
  const lost = record.facts.kind === 'cast' ? `: a cast is lost here${unless}` : '';
  return {
    outcome: 'lost',
    why: `acknowledged after ${after}, then the consumer's connection died by ${clock(died)}${lost}`,
    ended_at_ms: died,
    died_at_ms: died,
  };
}

/**
 * When the process that took a request died with the work undone. Nobody tells how a cast ends, so there must be a sign: the
 * instance is left in the middle of a task, and by nobody else's doing; or, where nothing was said of states, nothing was heard
 * of the process since and it was gone within {@link SOON_MS}.
 */
function workDiedWith({ facts }: MessageRecord, taken: Delivery, sight: HopSight): number | undefined {
  if ((facts.kind !== 'cast' && facts.kind !== 'call') || taken.connection === undefined) return undefined;
  const died = sight.who.processGoneAt(taken.connection);
  if (died === undefined || died < taken.at_ms) return undefined;
  if (facts.kind === 'call') return died;
  const sent = sight.sentBy(taken.connection, taken.at_ms);
  if (sight.isSettled === undefined) return sent.length === 0 && died - taken.at_ms <= SOON_MS ? died : undefined;
  const hasHandedOn = sent.some((message) => message.facts.kind === 'cast');
  return sight.isSettled || hasHandedOn ? undefined : died;
}

const SOON_MS = 10_000;

function unrouted({ published, facts }: MessageRecord): Told {
  const { exchange, routing_key } = published;
  if (facts.kind === 'notification') return { outcome: 'sent', why: 'published; no queue asks for it' };
  if (facts.kind === 'fanout') return { outcome: 'lost', why: `no queue is bound to \`${exchange}\`: nobody listens` };
  const where =
    exchange === ''
      ? `there is no queue \`${routing_key}\``
      : `no queue is bound for \`${routing_key}\` on exchange \`${exchange}\``;
  return { outcome: 'lost', why: `not routed: ${where}`, ended_at_ms: published.at_ms };
}

function queued({ published, facts }: MessageRecord, queue: string, { who, now_ms }: HopSight): Told {
  const routed = `confirmed, routed to \`${queue}\``;
  const expiration = Number.parseInt(String(published.properties['expiration'] ?? ''), 10);
  const gone = who.queueGoneAt(queue);
  // RabbitMQ's firehose names the queue of a message on the default exchange whether it is there or not (3.10.8).
  const wasNeverThere = published.exchange === '' && who.depthOf(queue) === undefined;
  if (gone !== undefined && (gone > published.at_ms || wasNeverThere)) {
    const ended_at_ms = Math.max(gone, published.at_ms);
    return { outcome: 'lost', why: `${routed}, and the queue was gone by ${clock(gone)}`, ended_at_ms };
  }
  const idle = who.idleSince(queue);
  const waits = idle === undefined ? 'not delivered yet' : `no consumer since ${clock(idle)}`;
  if (now_ms > published.at_ms + expiration) {
    const why = `${routed}, ${waits.replace(' yet', '')}; expired there after ${inWords(expiration)}`;
    return { outcome: 'lost', why, ended_at_ms: published.at_ms + expiration };
  }
  const seen_at_ms = who.state?.at_ms ?? 0;
  if (seen_at_ms - published.at_ms > STALE_MS && facts.kind !== 'fanout') {
    const depth = who.depthOf(queue);
    if (depth === undefined)
      return { outcome: 'lost', why: `${routed}, and the queue is gone by ${clock(seen_at_ms)}` };
    if (depth === 0)
      return { outcome: 'delivered', why: `${routed}, taken by ${clock(seen_at_ms)}; the tap did not see by whom` };
  }
  return { outcome: 'queued', why: `${routed}, ${waits}` };
}

/** What a broker tells of its queues may be this old. */
const STALE_MS = 10_000;
