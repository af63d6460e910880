import type { FlowHop, FlowMark } from './flow.ts';
import type { MessageRecord } from './record.ts';

/** What a notification says of the flow, to be shown in its place. */
export function markOf(record: MessageRecord, started_at_ms: number, hops: readonly FlowHop[]): FlowMark | undefined {
  const { id, facts, published } = record;
  if (facts.kind !== 'notification' || facts.event_type === undefined) return undefined;
  const lane = hops.find((hop) => hop.id === id)?.from ?? '?';
  return { id, kind: 'note', lane, t_ms: published.at_ms - started_at_ms, text: facts.event_type };
}
