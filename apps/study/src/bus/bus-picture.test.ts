import { describe, expect, test } from 'vitest';
import { topologyWith } from '../../test/topologies.ts';
import type { Box } from './boxes.ts';
import { busModel } from './bus-model.ts';
import { busPicture } from './bus-picture.ts';

const NONE = new Set<string>();

describe.for([1184, 900, 358])('%i pixels wide', (width) => {
  test.for([3, 300])('%i servers: nothing overlaps, and nothing stands outside', (hosts) => {
    const picture = busPicture(busModel(topologyWith({ hosts })), width, new Set(['compute.‹server›']));

    for (const column of [picture.exchanges, picture.queues, picture.bindings, picture.consumers]) {
      expect(overlapsIn(column)).toEqual([]);
    }
    const members = picture.queues.flatMap((queue) => queue.members);
    expect(members).toHaveLength(hosts);
    for (const { x, y, width: its, height } of [
      ...picture.exchanges,
      ...picture.queues,
      ...picture.bindings,
      ...members,
    ]) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + its).toBeLessThanOrEqual(width);
      expect(y - height / 2).toBeGreaterThanOrEqual(0);
      expect(y + height / 2).toBeLessThanOrEqual(picture.height);
    }
  });
});

test('folded, three hundred servers take the room of three', () => {
  const heights = [3, 300].map((hosts) => busPicture(busModel(topologyWith({ hosts })), 1184, NONE).height);

  expect(heights[1]).toBe(heights[0]);
});

test('where there is no room for consumers, each queue names its own', () => {
  const { consumers, queues } = busPicture(busModel(topologyWith()), 358, NONE);

  expect(consumers).toEqual([]);
  expect(queues.find(({ node }) => node.id === 'scheduler')?.programs).toMatchObject([{ program: 'nova-scheduler' }]);
});

test('a queue that nothing leads to is drawn all the same', () => {
  const topology = { ...topologyWith({ isDefaultTold: false }) };

  for (const width of [1184, 358]) {
    const { queues } = busPicture(busModel(topology), width, NONE);
    expect(queues.map(({ node }) => node.label)).toContain('reply_01234567…');
  }
});

function overlapsIn(boxes: readonly Box[]): readonly (readonly [Box, Box])[] {
  const sorted = boxes.toSorted((a, b) => a.y - b.y);
  return sorted.flatMap((box, index) => {
    const next = sorted[index + 1];
    return next !== undefined && next.y - next.height / 2 < box.y + box.height / 2 ? [[box, next] as const] : [];
  });
}
