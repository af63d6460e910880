import type { Flow, FlowHop, FlowMark, FlowOutcome } from './flow.ts';
import type { StoredFlow } from './flow-ring.ts';
import { hopOf } from './hop-of.ts';
import { laneNamed, UNKNOWN_LANE } from './lane-names.ts';
import { markOf } from './mark-of.ts';
import { operationOf } from './operations.ts';
import type { MessageRecord } from './record.ts';
import type { WhoIsWho } from './who-is-who.ts';

export interface FlowSight {
  readonly who: WhoIsWho;
  readonly now_ms: number;
  readonly callOf: (msgId: string) => MessageRecord | undefined;
}

/** What is kept of a request, as it is shown. */
export function flowOf(stored: StoredFlow, sight: FlowSight): Flow {
  const records = [...stored.records].sort((a, b) => a.published.at_ms - b.published.at_ms || a.id - b.id);
  const replies = repliesOf(records);
  const seen: string[] = [];
  const hops: FlowHop[] = [];
  for (const record of records) {
    const hop = hopOf(record, { ...sight, stored, replies, seen, hops });
    hops.push(hop);
    if (hop.to !== seen[0]) seen.unshift(hop.to);
  }
  const marks = records
    .map((record) => markOf(record, stored.started_at_ms, hops))
    .filter((mark) => mark !== undefined);
  const failed = hops.find(isTrouble);
  const fault = marks.find(({ kind }) => kind === 'fault');
  const outcome = outcomeOf(hops, failed, fault);
  const why =
    outcome === 'failed' ? (fault?.text ?? (failed === undefined ? undefined : sentenceOf(failed))) : undefined;
  const operation = operationOf(hops, marks);
  const lanes = lanesOf(hops);
  return {
    request_id: stored.id,
    title: titleOf(hops, marks),
    ...(operation !== undefined && { operation }),
    started_at_ms: stored.started_at_ms,
    duration_ms: stored.last_at_ms - stored.started_at_ms,
    outcome,
    ...(why !== undefined && { why }),
    hop_count: hops.length,
    services: [...new Set(lanes.map(({ service }) => service))].filter((name) => name !== UNKNOWN_LANE),
    instance_uuids: [...new Set(records.flatMap(({ facts }) => facts.instance_uuids))],
    is_partial: stored.isPartial,
    lanes,
    hops,
    marks,
  };
}

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

function outcomeOf(hops: readonly FlowHop[], failed: FlowHop | undefined, fault: FlowMark | undefined): FlowOutcome {
  if (fault !== undefined || failed !== undefined) return 'failed';
  return hops.some(({ kind, outcome }) => (kind === 'call' || kind === 'cast') && UNDERWAY.has(outcome))
    ? 'open'
    : 'done';
}

const UNDERWAY: ReadonlySet<string> = new Set(['queued', 'running']);

function isTrouble({ kind, outcome }: FlowHop): boolean {
  return (
    kind !== 'notification' &&
    kind !== 'other' &&
    (outcome === 'failed' || outcome === 'timed out' || outcome === 'lost')
  );
}

function sentenceOf({ kind, to, method, error, why }: FlowHop): string {
  return `${kind} ${method ?? ''} to ${to}: ${error ?? why}`.replace('  ', ' ');
}

function titleOf(hops: readonly FlowHop[], marks: readonly FlowMark[]): string {
  const asked = marks.find(({ kind, text }) => kind === 'http' && /\b(GET|POST|PUT|PATCH|DELETE)\b/.test(text));
  const verb = asked === undefined ? null : /\b(?:GET|POST|PUT|PATCH|DELETE) \S+/.exec(asked.text);
  if (verb !== null) return verb[0];
  const request = hops.find(({ method }) => method !== undefined) ?? hops[0];
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
