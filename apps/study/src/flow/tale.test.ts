import { bootClassic, bootNoValidHostClassic, bootRescheduleClassic, type Flow as KnownFlow } from '@novasim/flows';
import type { FlowHop } from '@novasim/trace';
import { expect, test } from 'vitest';
import { taleOf } from './tale.ts';

test('each hop of a boot has the sentence of its place, also where one method travels five times', () => {
  const hops = asSeen(bootClassic);

  const { known, says } = taleOf({ hops, outcome: 'done' });

  expect(known).toBe(bootClassic);
  expect(hops.map(({ id }) => says.get(id))).toEqual(bootClassic.hops.map((hop) => hop.says));
});

test('a boot that was handed to another host is told as one', () => {
  expect(taleOf({ hops: asSeen(bootRescheduleClassic), outcome: 'done' }).known).toBe(bootRescheduleClassic);
});

test('a boot of which half has been seen is a boot already', () => {
  expect(taleOf({ hops: asSeen(bootClassic).slice(0, 5), outcome: 'open' }).says.size).toBe(5);
});

test('a boot for which there is no host is told as one once that is said, and neither before nor when the cast was lost', () => {
  const hops = asSeen(bootNoValidHostClassic);
  const lost = hops.map((hop) => ({ ...hop, outcome: 'lost' as const }));

  expect(taleOf({ hops, outcome: 'failed' }).known).toBe(bootNoValidHostClassic);
  expect(taleOf({ hops, outcome: 'open' }).known).toBe(bootClassic);
  expect(taleOf({ hops: lost, outcome: 'failed' }).known).toBe(bootClassic);
});

test('a boot of two instances on two hosts is no reschedule, and the second cast is told like the first', () => {
  const [run, build, first, ...updates] = asSeen(bootClassic);
  if (run === undefined || build === undefined || first === undefined) throw new Error('a boot has three casts');
  const second = { ...first, id: 99, to: 'compute.h2' };
  const { known, says } = taleOf({ hops: [run, build, first, second, ...updates, ...updates], outcome: 'done' });

  expect(known).toBe(bootClassic);
  expect(says.get(99)).toBe(bootClassic.hops[2]?.says);
});

test('what no known flow has is left to its own words', () => {
  const tale = taleOf({
    hops: asSeen(bootClassic).map((hop) => ({ ...hop, method: 'live_migration' })),
    outcome: 'done',
  });

  expect(tale.known).toBeUndefined();
  expect(tale.says.size).toBe(0);
});

function asSeen({ hops }: KnownFlow): readonly FlowHop[] {
  return hops.map(({ from, to, to_host, kind, method }, index) => ({
    id: index + 1,
    kind,
    from,
    to: to_host === undefined ? to : `${to}.h${to_host}`,
    exchange: 'nova',
    routing_key: to,
    queues: [to],
    method,
    outcome: 'delivered',
    why: '',
    t_ms: index,
  }));
}
