import type { FlowSummary } from '@novasim/trace';
import { expect, test } from 'vitest';
import { manySummaries } from '../../test/recorded.ts';
import { dropFlows, EMPTY_LIST, MOST_SHOWN, pauseFlows, takeFlows } from './flow-list.ts';

const [newest, middle, oldest] = manySummaries(3) as [FlowSummary, FlowSummary, FlowSummary];

test('the newest is on top, in whatever order they come', () => {
  const list = takeFlows(takeFlows(EMPTY_LIST, [oldest, newest]), [middle]);

  expect(list.shown).toEqual([newest, middle, oldest]);
});

test('a flow that goes on stays where it is', () => {
  const list = takeFlows(takeFlows(EMPTY_LIST, [newest, middle]), [{ ...middle, outcome: 'failed' }]);

  expect(list.shown.map(({ request_id, outcome }) => [request_id, outcome])).toEqual([
    ['req-0', 'done'],
    ['req-1', 'failed'],
  ]);
});

test('a paused list stands still and counts each flow once; catching up shows its last state', () => {
  const paused = pauseFlows(takeFlows(EMPTY_LIST, [middle]), true);
  const later = takeFlows(takeFlows(paused, [{ ...newest, outcome: 'open' }]), [newest]);

  expect(later.shown).toEqual([middle]);
  expect(later.held.size).toBe(1);
  expect(pauseFlows(later, false)).toEqual({ shown: [newest, middle], held: new Map(), isPaused: false });
});

test('the page keeps the newest thousands and no more', () => {
  expect(takeFlows(EMPTY_LIST, manySummaries(MOST_SHOWN + 10)).shown).toHaveLength(MOST_SHOWN);
});

test('what the observer has forgotten cannot be opened, so it is not listed', () => {
  const list = dropFlows(takeFlows(EMPTY_LIST, [newest, middle]), new Set(['req-1', 'req-7']));

  expect(list.shown).toEqual([newest]);
});
