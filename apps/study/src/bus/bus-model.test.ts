import { expect, test } from 'vitest';
import { topologyWith } from '../../test/topologies.ts';
import { busModel } from './bus-model.ts';

test('what leads where, with what is alike as one', () => {
  const { bindings, consumers } = busModel(topologyWith({ hosts: 30 }));

  expect(bindings.map(({ exchange, label, to, count }) => [exchange, label, to, count])).toEqual([
    ['nova', 'compute', 'compute', 1],
    ['nova', 'compute.‹server›', 'compute.‹server›', 30],
    ['compute_fanout', 'every message', 'compute_fanout_‹id›', 30],
    ['', 'reply_01234567…', 'reply_0123456789abcdef0123456789abcdff', 1],
    ['nova', 'scheduler', 'scheduler', 1],
    ['nova', 'scheduler.box', 'scheduler.box', 1],
  ]);
  expect(consumers).toMatchObject([
    { program: 'nova-compute', processes: 1 },
    { program: 'nova-scheduler', processes: 1, from: ['scheduler', 'scheduler.box'] },
  ]);
});

test('exchanges that nobody uses are left out, unless somebody made them', () => {
  expect(busModel(topologyWith()).exchanges.map(({ name, why }) => [name, why])).toEqual([
    ['nova', undefined],
    ['compute_fanout', undefined],
    ['lonely_fanout', 'no queue is bound to lonely_fanout'],
    ['', undefined],
  ]);
});
