import { describe, expect, test } from 'vitest';
import { topologyWith } from '../../test/topologies.ts';
import { foldQueues, shortName } from './queue-folds.ts';

const labelsOf = (options: Parameters<typeof topologyWith>[0]) =>
  foldQueues(topologyWith(options)).map(({ label, queues }) => `${label} × ${queues.length}`);

describe(foldQueues, () => {
  test.for([3, 300])('a topic with %i servers is read the same', (hosts) => {
    expect(labelsOf({ hosts })).toEqual([
      'compute × 1',
      `compute.‹server› × ${hosts}`,
      `compute_fanout_‹id› × ${hosts}`,
      'reply_01234567… × 1',
      'scheduler × 1',
      'scheduler.box × 1',
    ]);
  });

  test('a queue in which messages wait for nobody stands alone, with the reason', () => {
    const folds = foldQueues(topologyWith({ hosts: 4, waiting: { 'compute.h2': 3 } }));

    expect(folds.find(({ id }) => id === 'compute.h2')).toMatchObject({ ready: 3, why: 'messages wait in compute.h2' });
    expect(folds.find(({ id }) => id === 'compute.‹server›')?.queues.map(({ name }) => name)).toEqual([
      'compute.h1',
      'compute.h3',
      'compute.h4',
    ]);
  });

  test('when all of a topic are without consumer they are one fold that says so', () => {
    const waiting = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`compute.h${index + 1}`, 1]));
    const folds = foldQueues(topologyWith({ hosts: 20, waiting })).filter(({ label }) => label.startsWith('compute.'));

    expect(folds).toMatchObject([{ ready: 20, consumers: 0, why: 'nobody consumes from these 20' }]);
  });
});

test.for([
  ['reply_0123456789abcdef0123456789abcdef', 'reply_01234567…'],
  ['compute.h1', 'compute.h1'],
] as const)('%s is written %s', ([name, short]) => {
  expect(shortName(name)).toBe(short);
});
