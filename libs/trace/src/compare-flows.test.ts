import { describe, expect, test } from 'vitest';
import { busEventsOf, readRecordings, requestIdOf } from '../test/golden-recordings.ts';
import { compareFlows } from './compare-flows.ts';
import type { Flow } from './flow.ts';
import { TraceStore } from './trace-store.ts';

const START = Date.UTC(2026, 10, 20, 12);

function recordedFlow(operation: string): Flow {
  const recording = readRecordings().find((one) => one.operation === operation);
  if (recording === undefined) throw new Error(`${operation} was recorded`);
  const store = new TraceStore();
  for (const event of busEventsOf(recording, START)) store.add(event);
  const flow = store.flow(requestIdOf(recording, 'req-1'), START + 20_000);
  if (flow === undefined) throw new Error(`${operation} has a flow`);
  return flow;
}

describe(compareFlows, () => {
  test('a flow is the same as itself', () => {
    const boot = recordedFlow('boot-1');
    expect(compareFlows(boot, boot)).toMatchObject({ same: 15, moved: 0, only_a: 0, only_b: 0 });
    expect(compareFlows(boot, boot).parts_at).toBeUndefined();
  });

  test('a boot that found no host parts from one that did where the scheduler answers', () => {
    const { rows, parts_at, only_a, only_b } = compareFlows(recordedFlow('boot-1'), recordedFlow('boot-novalidhost'));
    expect(rows[parts_at ?? -1]).toMatchObject({
      kind: 'differs',
      a: { method: 'select_destinations', outcome: 'answered' },
      b: { method: 'select_destinations', outcome: 'failed', error: expect.stringContaining('NoValidHost') },
    });
    expect(rows.slice((parts_at ?? 0) + 1).every(({ kind }) => kind === 'only a')).toBe(true);
    expect([only_a, only_b]).toEqual([13, 0]);
  });

  test('what comes later in the other has moved, and says both', () => {
    const boot = recordedFlow('boot-1');
    const [first, ...rest] = boot.hops.filter(({ kind }) => kind === 'cast' || kind === 'fanout');
    if (first === undefined) throw new Error('a boot begins with a cast');
    const { rows, moved } = compareFlows({ ...boot, hops: [first, ...rest] }, { ...boot, hops: [...rest, first] });
    expect(moved).toBe(1);
    expect(rows.filter(({ kind }) => kind === 'moved')).toMatchObject([
      { a: { id: first.id }, b: { id: first.id } },
      { a: { id: first.id }, b: { id: first.id } },
    ]);
  });

  test('a host more is a step more, other hosts are the same steps', () => {
    const twice = compareFlows(recordedFlow('boot-1'), recordedFlow('boot-reschedule'));
    expect(twice.only_b).toBeGreaterThan(10);
    expect(twice.same + twice.rows.filter(({ kind }) => kind === 'differs').length).toBeGreaterThan(10);
  });
});
