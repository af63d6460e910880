import type { FlowHop, FlowMark } from './flow.ts';
import type { MessageRecord } from './record.ts';
import { type StateChange, stateText } from './state-change.ts';
import { type Story, storyOf } from './story-of.ts';
import { msSince } from './words.ts';

/** What is said along the way, and where that leaves the instances. */
export interface Marks {
  readonly marks: readonly FlowMark[];
  /** The last state of each instance; `''` where one is told of without its uuid. */
  readonly states: ReadonlyMap<string, StateChange>;
}

/**
 * What the messages of a flow tell. States are read out of the requests that save them where no notification tells them; what
 * is told twice, unversioned and versioned, is shown once.
 */
export function marksOf(records: readonly MessageRecord[], started_at_ms: number, hops: readonly FlowHop[]): Marks {
  const stories = records.map(storyOf);
  const areStatesTold = stories.some((story) => story?.kind === 'state' && story.isTold);
  const lanes = new Map(hops.map(({ id, from }) => [id, from]));
  const states = new Map<string, StateChange>();
  const marks: FlowMark[] = [];
  for (const [index, record] of records.entries()) {
    const story = stories[index];
    if (story === undefined) continue;
    const text = textOf(story, states);
    if (story.kind === 'state' && !story.isTold && areStatesTold) continue;
    const [instance] = record.facts.instance_uuids;
    const mark: FlowMark = {
      id: record.id,
      kind: story.kind,
      lane: lanes.get(record.id) ?? '?',
      t_ms: msSince(started_at_ms, record.published.at_ms),
      text,
      ...(instance !== undefined && { instance_uuid: instance }),
    };
    if (!isToldTwice(mark, marks)) marks.push(mark);
  }
  return { marks, states };
}

function textOf({ kind, text, state }: Story, states: Map<string, StateChange>): string {
  if (state === undefined) return text;
  const key = state.instance ?? '';
  const before = states.get(key);
  const after = { ...before, ...state };
  states.set(key, after);
  return kind === 'state' ? stateText(state, before) : text;
}

/** The one before it of the kind says the same, of the same instance as far as is known. */
function isToldTwice(mark: FlowMark, marks: readonly FlowMark[]): boolean {
  const before = marks.findLast(({ kind, instance_uuid: of }) => {
    return kind === mark.kind && (of === undefined || mark.instance_uuid === undefined || of === mark.instance_uuid);
  });
  return before !== undefined && mark.kind !== 'http' && before.text === mark.text;
}
