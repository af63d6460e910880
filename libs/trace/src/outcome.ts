import { arrivalOf } from './arrival.ts';
import type { HopSight } from './hop-sight.ts';
import type { MessageRecord } from './record.ts';
import type { Told } from './told.ts';
import { clock, inWords } from './words.ts';

/** A function of what was seen and of the time: a call that nobody answers fails by waiting. */
export function outcomeOf(record: MessageRecord, sight: HopSight): Told {
  const { kind } = record.facts;
  const told =
    kind === 'call'
      ? callOutcome(record, sight)
      : kind === 'reply'
        ? replyOutcome(record, sight)
        : arrivalOf(record, sight);
  const again = record.again_at_ms?.length ?? 0;
  return again === 0 ? told : { ...told, why: `${told.why}; sent ${again + 1} times with one \`_unique_id\`` };
}

/** When the caller gives up: `expiration` of the request is its timeout, heartbeats are what a monitored call waits for. */
export function deadlineOf(call: MessageRecord, replies: readonly MessageRecord[]): number | undefined {
  const expiration = Number.parseInt(String(call.published.properties['expiration'] ?? ''), 10);
  const { monitor_ms } = call.facts;
  const sent = call.published.at_ms;
  const overall = Number.isNaN(expiration) ? undefined : sent + expiration;
  if (monitor_ms === undefined) return overall;
  const heard = replies.reduce(
    (latest, { facts, published }) => (facts.kind === 'heartbeat' ? Math.max(latest, published.at_ms) : latest),
    sent,
  );
  return Math.min(overall ?? Infinity, heard + monitor_ms);
}

function callOutcome(call: MessageRecord, sight: HopSight): Told {
  const replies = sight.replies.get(call.facts.msg_id ?? '') ?? [];
  const reply = replies.find(({ facts }) => facts.kind === 'reply');
  if (reply !== undefined)
    return answered(
      call,
      reply,
      deadlineOf(
        call,
        replies.filter((one) => one.published.at_ms <= reply.published.at_ms),
      ),
    );
  const deadline = deadlineOf(call, replies);
  const arrived = arrivalOf(call, sight);
  if (deadline !== undefined && sight.now_ms > deadline) {
    const blind = sight.gapsBetween(call.published.at_ms, deadline);
    const unseen =
      blind === undefined ? '' : `; the tap saw nothing from ${clock(blind.at_ms)} to ${clock(blind.until_ms)}`;
    const waited = `no reply within ${inWords(deadline - call.published.at_ms)}${heartbeats(replies)}`;
    return { outcome: 'timed out', why: `${waited}: ${arrived.why}${unseen}`, ended_at_ms: deadline };
  }
  if (arrived.outcome === 'lost' && arrived.died_at_ms !== undefined) {
    return { outcome: 'running', why: `${arrived.why}: nobody is left to answer, the call will time out` };
  }
  if (arrived.outcome !== 'delivered') return arrived;
  return { outcome: 'running', why: `${arrived.why}, not answered yet${heartbeats(replies)}` };
}

function answered(call: MessageRecord, reply: MessageRecord, deadline: number | undefined): Told {
  const at = reply.published.at_ms;
  const after = inWords(at - call.published.at_ms);
  const { error } = reply.facts;
  if (deadline !== undefined && at > deadline) {
    const how = error === undefined ? 'answered' : `failed (${error})`;
    const why = `${how} ${inWords(at - deadline)} after the caller gave up; it waited ${inWords(deadline - call.published.at_ms)}`;
    return { outcome: 'timed out', why, ended_at_ms: deadline };
  }
  if (error !== undefined) return { outcome: 'failed', why: `failed after ${after}: ${error}`, ended_at_ms: at };
  const nowhere = reply.published.routed_queues?.length === 0;
  if (nowhere)
    return { outcome: 'running', why: `answered after ${after}, but the reply went nowhere: its queue is gone` };
  return { outcome: 'answered', why: `answered after ${after}`, ended_at_ms: at };
}

function replyOutcome(reply: MessageRecord, sight: HopSight): Told {
  const told = arrivalOf(reply, sight);
  if (told.outcome === 'lost') {
    return { ...told, why: `the reply queue \`${reply.published.routing_key}\` is gone: nobody reads this answer` };
  }
  const call = sight.callOf(reply.facts.msg_id ?? '');
  const replies = sight.replies.get(reply.facts.msg_id ?? '') ?? [];
  const deadline =
    call === undefined
      ? undefined
      : deadlineOf(
          call,
          replies.filter((one) => one.published.at_ms <= reply.published.at_ms),
        );
  const late = deadline === undefined ? 0 : reply.published.at_ms - deadline;
  return late > 0 ? { ...told, why: `${told.why}; the caller had given up ${inWords(late)} before` } : told;
}

function heartbeats(replies: readonly MessageRecord[]): string {
  const beats = replies.filter(({ facts }) => facts.kind === 'heartbeat');
  const last = beats.at(-1);
  return last === undefined ? '' : `, ${beats.length} heartbeats until ${clock(last.published.at_ms)}`;
}
