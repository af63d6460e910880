import type { HopOutcome } from './flow.ts';
import type { HopSight } from './hop-of.ts';
import type { MessageRecord } from './record.ts';

/** How a message ended, or where it is, and what is known of that in a sentence. */
export interface Told {
  readonly outcome: HopOutcome;
  readonly why: string;
  readonly ended_at_ms?: number;
}

/** A function of what was seen and of the time: a call that nobody answers fails by waiting. */
export function outcomeOf(record: MessageRecord, sight: HopSight): Told {
  return record.facts.kind === 'call' ? callOutcome(record, sight) : arrival(record, sight);
}

function callOutcome(call: MessageRecord, sight: HopSight): Told {
  const replies = sight.replies.get(call.facts.msg_id ?? '') ?? [];
  const reply = replies.find(({ facts }) => facts.kind === 'reply');
  const deadline = deadlineOf(call, replies);
  if (reply !== undefined) return answered(call, reply, deadline);
  const arrived = arrival(call, sight);
  if (deadline !== undefined && sight.now_ms > deadline) {
    const waited = inWords(deadline - call.published.at_ms);
    return { outcome: 'timed out', why: `no reply within ${waited}; ${arrived.why}`, ended_at_ms: deadline };
  }
  return arrived.outcome === 'delivered' ? { outcome: 'running', why: `${arrived.why}, not answered yet` } : arrived;
}

function answered(call: MessageRecord, reply: MessageRecord, deadline: number | undefined): Told {
  const at = reply.published.at_ms;
  const after = inWords(at - call.published.at_ms);
  if (deadline !== undefined && at > deadline) {
    const why = `answered ${inWords(at - deadline)} after the caller gave up (it waited ${inWords(deadline - call.published.at_ms)})`;
    return { outcome: 'timed out', why, ended_at_ms: deadline };
  }
  const { error } = reply.facts;
  if (error !== undefined) return { outcome: 'failed', why: `failed after ${after}: ${error}`, ended_at_ms: at };
  return { outcome: 'answered', why: `answered after ${after}`, ended_at_ms: at };
}

/** When the caller gives up: `expiration` of the request is its timeout, heartbeats are what a monitored call waits for. */
export function deadlineOf(call: MessageRecord, replies: readonly MessageRecord[]): number | undefined {
  const expiration = Number(call.published.properties['expiration'] ?? Number.NaN);
  const { monitor_ms } = call.facts;
  const sent = call.published.at_ms;
  const overall = Number.isFinite(expiration) ? sent + expiration : undefined;
  if (monitor_ms === undefined) return overall;
  const heard = replies
    .filter(({ facts }) => facts.kind === 'heartbeat')
    .reduce((latest, { published }) => Math.max(latest, published.at_ms), sent);
  return Math.min(overall ?? Infinity, heard + monitor_ms);
}

function arrival(record: MessageRecord, { who }: HopSight): Told {
  const { published, deliveries } = record;
  const first = deliveries[0];
  if (first !== undefined) {
    const waited = inWords(first.at_ms - published.at_ms);
    return { outcome: 'delivered', why: `delivered from \`${first.queue}\` after ${waited}`, ended_at_ms: first.at_ms };
  }
  const { routed_queues: queues } = published;
  if (queues === undefined) return { outcome: 'sent', why: 'published; the tap does not tell where it was routed' };
  if (queues.length === 0) {
    const where =
      published.exchange === ''
        ? `no queue \`${published.routing_key}\``
        : `no queue of exchange \`${published.exchange}\` is bound for \`${published.routing_key}\``;
    return { outcome: 'lost', why: `${where}: it went nowhere` };
  }
  const [queue = ''] = queues;
  const idle = who.idleSince(queue);
  const waits = idle === undefined ? 'not delivered yet' : `no consumer since ${clock(idle)}`;
  return { outcome: 'queued', why: `confirmed, routed to \`${queue}\`, ${waits}` };
}

/** `150 ms`, `2.5 s`, `3 min`. */
export function inWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}

/** Time of day, UTC. */
export function clock(at_ms: number): string {
  return new Date(at_ms).toISOString().slice(11, 19);
}
