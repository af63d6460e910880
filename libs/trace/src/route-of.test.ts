import { describe, expect, test } from 'vitest';
import type { BusStateEvent } from './bus-event.ts';
import { routeOf, topicMatches } from './route-of.ts';

describe(topicMatches, () => {
  test.for([
    ['compute', 'compute', true],
    ['compute', 'compute.h1', false],
    ['compute.*', 'compute.h1', true],
    ['compute.*', 'compute', false],
    ['compute.*', 'compute.a.b', false],
    ['compute.#', 'compute', true],
    ['compute.#', 'compute.a.b', true],
    ['#', '', true],
    ['#.h1', 'compute.h1', true],
    ['*.#.end', 'a.end', true],
    ['*.#.end', 'a.b.c.end', true],
    ['*.#.end', 'end', false],
  ] as const)('%s takes %s: %s', ([pattern, key, expected]) => {
    expect(topicMatches(pattern, key)).toBe(expected);
  });
});

describe(routeOf, () => {
  const bind = (
    exchange: string,
    destination: string,
    routing_key: string,
    destination_type: 'queue' | 'exchange' = 'queue',
  ) => {
    return { exchange, destination, routing_key, destination_type };
  };
  const state: BusStateEvent = {
    event: 'state',
    seq: 1,
    at_ms: 0,
    exchanges: ['nova topic', 'all fanout', 'exact direct', 'loop topic'].map((text) => {
      const [name = '', type = ''] = text.split(' ');
      return { name, type };
    }),
    queues: [{ name: 'reply_1', ready: 0, unacknowledged: 0, consumers: 1 }],
    bindings: [
      bind('nova', 'compute.h1', 'compute.h1'),
      bind('nova', 'audit', '#'),
      bind('nova', 'all', 'broadcast.*', 'exchange'),
      bind('all', 'one', ''),
      bind('all', 'two', 'x'),
      bind('exact', 'three', 'three'),
      bind('loop', 'loop', '#', 'exchange'),
    ],
    connections: [],
    consumers: [],
  };

  test.for([
    ['nova', 'compute.h1', ['compute.h1', 'audit']],
    ['nova', 'broadcast.now', ['audit', 'one', 'two']],
    ['exact', 'three', ['three']],
    ['exact', 'th*', []],
    ['', 'reply_1', ['reply_1']],
    ['', 'reply_2', []],
    ['loop', 'x', []],
    ['nobody', 'x', []],
  ] as const)('"%s" with "%s" goes to %j', ([exchange, key, queues]) => {
    expect(routeOf(state, exchange, key).map(({ queue }) => queue)).toEqual(queues);
  });
});
