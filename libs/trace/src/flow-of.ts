import type { Flow, FlowHop, FlowMark } from './flow.ts';
import { flowOutcome, isSettled } from './flow-outcome.ts';
import type { StoredFlow } from './flow-ring.ts';
import { hopOf } from './hop-of.ts';
import type { HopSight } from './hop-sight.ts';
import { laneNamed, UNKNOWN_LANE } from './lane-names.ts';
import { marksOf } from './marks-of.ts';
import { operationOf } from './operations.ts';
import type { MessageRecord } from './record.ts';
import { msSince } from './words.ts';

/** What of the bus and of the time a flow's story depends on. */
export type FlowSight = Pick<HopSight, 'who' | 'now_ms' | 'callOf' | 'gapsBetween'>;

/** What is kept of a request, as it is shown. */
export function flowOf(stored: StoredFlow, sight: FlowSight): Flow {
  const { started_at_ms } = stored;
  const records = [...stored.records].sort((a, b) => a.published.at_ms - b.published.at_ms || a.id - b.id);
  const { states } = marksOf(records, started_at_ms, []);
  const hops = hopsOf(records, {
    ...sight,
    started_at_ms,
    replies: repliesOf(records),
    sentBy: sentIn(records, sight),
    isSettled: isSettled(states),
  });
  const told = marksOf(records, started_at_ms, hops);
  const operation = operationOf(hops);
  const lanes = lanesOf(hops);
  return {
    request_id: stored.id,
    title: titleOf(hops, told.marks),
    ...(operation !== undefined && { operation }),
    started_at_ms,
    duration_ms: msSince(started_at_ms, stored.last_at_ms),
    ...flowOutcome(hops, told),
    hop_count: hops.length,
    services: [...new Set(lanes.map(({ service }) => service))].filter((name) => name !== UNKNOWN_LANE),
    instance_uuids: [...new Set(records.flatMap(({ facts }) => facts.instance_uuids))],
    is_partial: stored.isPartial,
    lanes,
    hops,
    marks: told.marks,
  };
}

function hopsOf(records: readonly MessageRecord[], sight: Omit<HopSight, 'seen' | 'hops'>): readonly FlowHop[] {
  let seen: readonly string[] = [];
  const hops: FlowHop[] = [];
  for (const record of records) {
    const hop = hopOf(record, { ...sight, seen, hops });
    hops.push(hop);
    if (hop.kind !== 'reply' && hop.to !== seen[0])
      seen = [hop.to, ...seen.filter((lane) => lane !== hop.to)].slice(0, MOST_SEEN);
  }
  return hops;
}

/** Of the receivers so far, the latest that are remembered. */
const MOST_SEEN = 32;

/** Replies and heartbeats of each call, by `_msg_id`. */
function repliesOf(records: readonly MessageRecord[]): ReadonlyMap<string, readonly MessageRecord[]> {
  const replies = new Map<string, MessageRecord[]>();
  for (const record of records) {
    const { kind, msg_id } = record.facts;
    if (msg_id === undefined || (kind !== 'reply' && kind !== 'heartbeat')) continue;
    const known = replies.get(msg_id);
    if (known === undefined) replies.set(msg_id, [record]);
    else known.push(record);
  }
  return replies;
}

function sentIn(records: readonly MessageRecord[], { who }: FlowSight): HopSight['sentBy'] {
  return (connection, since_ms) =>
    records.filter(({ published: { at_ms, connection: by } }) => {
      return at_ms >= since_ms && by !== undefined && who.areSameProcess(by, connection);
    });
}

function titleOf(hops: readonly FlowHop[], marks: readonly FlowMark[]): string {
  const asked = marks.find(({ kind }) => kind === 'http');
  if (asked !== undefined) return asked.text.replace(/^(failed|\d\d\d) /, '');
  const request = hops.find(({ kind }) => kind !== 'notification' && kind !== 'other') ?? hops[0];
  if (request === undefined) return 'nothing';
  const service = laneNamed(request.to).service.replace(/_fanout$/, '');
  return request.method === undefined ? `${request.kind} to ${request.to}` : `${service}.${request.method}`;
}

function lanesOf(hops: readonly FlowHop[]): Flow['lanes'] {
  const ids = new Set<string>();
  for (const { kind, from, to, copies } of hops) {
    ids.add(from);
    if (kind === 'fanout') for (const { lane } of copies ?? []) ids.add(lane);
    else if (kind !== 'notification') ids.add(to);
  }
  return [...ids].map(laneNamed);
}
