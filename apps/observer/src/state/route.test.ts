import type { BusStateEvent } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { deadEndsOf } from './dead-ends.ts';
import { routeViewOf } from './route.ts';

const queue = (name: string, consumers: number, ready = 0) => ({ name, ready, unacknowledged: 0, consumers });
const bound = (exchange: string, destination: string, routing_key: string) => ({
  exchange,
  destination,
  destination_type: 'queue' as const,
  routing_key,
});

const state: BusStateEvent = {
  event: 'state',
  seq: 1,
  at_ms: 0,
  exchanges: [
    { name: '', type: 'direct' },
    { name: 'amq.topic', type: 'topic' },
    { name: 'nova', type: 'topic' },
    { name: 'compute_fanout', type: 'fanout' },
    { name: 'headers', type: 'headers' },
    { name: 'lonely', type: 'topic' },
  ],
  queues: [queue('compute', 3), queue('compute.h1', 0, 2), queue('f1', 1), queue('f2', 0), queue('reply_a', 0)],
  bindings: [
    bound('', 'compute', 'compute'),
    bound('nova', 'compute', 'compute'),
    bound('nova', 'compute.h1', 'compute.h1'),
    bound('compute_fanout', 'f1', ''),
    bound('compute_fanout', 'f2', ''),
    bound('headers', 'f1', ''),
  ],
  connections: [],
  consumers: [],
};

describe(routeViewOf, () => {
  test.for([
    ['nova', 'compute', 'It goes to compute, where one of its 3 consumers takes it.'],
    ['nova', 'compute.h1', 'It waits in compute.h1, which nobody consumes from.'],
    ['', 'f1', 'It goes to f1, where its one consumer takes it.'],
    ['compute_fanout', '', 'A copy goes to each of 2 queues; nobody consumes from f2.'],
    ['nova', '', 'No binding of the exchange nova fits the empty routing key'],
    ['', 'nobody', 'No binding of the default exchange fits nobody'],
    ['headers', 'x', 'The exchange headers goes by headers'],
    ['cinder', 'x', "There is no exchange cinder: the broker closes the sender's channel with 404."],
  ] as const)('%s with %s: %s', ([exchange, key, verdict]) => {
    expect(routeViewOf(state, exchange, key).verdict).toContain(verdict);
  });
});

test('dead ends are queues that nobody reads, reply queues without a caller, exchanges that lead nowhere', () => {
  expect(deadEndsOf(state).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'unread queue compute.h1',
    'ownerless reply queue reply_a',
    'unbound exchange lonely',
  ]);
});
