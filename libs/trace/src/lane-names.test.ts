import { expect, test } from 'vitest';
import { Tap } from '../test/tap.ts';

function fromAndTo(tap: Tap, nth = 0): readonly string[] {
  const { from, to } = tap.hop(1_000, nth);
  return [from, to];
}

test('services are named by their programs, hosts by the queue that they consume', () => {
  const tap = new Tap();
  tap.state(0, { k: 'nova-conductor:1:x', c: 'nova-compute:2:x' }, { 'compute.h3': ['c'], 'conductor.vm': ['k'] });
  tap.ask({ at: 1, by: 'k', to: 'compute.h3', method: 'build_and_run_instance' });
  tap.ask({ at: 2, by: 'c', to: 'conductor', method: 'instance_update', msg_id: 'm' });
  tap.answer({ at: 3, by: 'k', to: 'c', msg_id: 'm' });
  expect([0, 1, 2].map((nth) => fromAndTo(tap, nth))).toEqual([
    ['conductor', 'compute.h3'],
    ['compute.h3', 'conductor'],
    ['conductor', 'compute.h3'],
  ]);
});

test('a process publishes on other connections than it consumes on', () => {
  const tap = new Tap();
  const programs = { '10.0.0.2:50 -> b:5672': 'nova-compute:2:x', '10.0.0.2:51 -> b:5672': 'nova-compute:2:y' };
  tap.state(0, programs, { 'compute.h3': ['10.0.0.2:50 -> b:5672'] });
  tap.ask({ at: 1, by: '10.0.0.2:51 -> b:5672', to: 'conductor', method: 'instance_update' });
  expect(fromAndTo(tap)).toEqual(['compute.h3', 'conductor']);
});

test('the same number of a process on another machine is another process', () => {
  const tap = new Tap();
  const programs = { '10.0.0.2:50 -> b:5672': 'nova-compute:1:x', '10.0.0.3:50 -> b:5672': 'nova-compute:1:y' };
  tap.state(0, programs, { 'compute.h3': ['10.0.0.2:50 -> b:5672'], 'compute.h4': ['10.0.0.3:50 -> b:5672'] });
  tap.ask({ at: 1, by: '10.0.0.3:50 -> b:5672', to: 'conductor', method: 'instance_update' });
  expect(fromAndTo(tap)).toEqual(['compute.h4', 'conductor']);
});

test('of several servers of a topic, the one that it was delivered to', () => {
  const tap = new Tap();
  tap.state(
    0,
    { one: 'server.py:1:x', two: 'server.py:2:x' },
    { 'work.s1': ['one'], 'work.s2': ['two'], work: ['one', 'two'] },
  );
  const cast = tap.ask({ at: 1, by: 'who', to: 'work', method: 'do_it' });
  expect(fromAndTo(tap)[1]).toBe('work');
  tap.deliver(cast, { at: 2, to: 'two' });
  expect(fromAndTo(tap)[1]).toBe('work.s2');
});

test('a process of many hosts is the host that it names, or that the flow was at', () => {
  const tap = new Tap();
  tap.state(0, { c: 'compute:2:x' }, { 'compute.h1': ['c'], 'compute.h2': ['c'], 'compute.h3': ['c'] });
  tap.deliver(tap.ask({ at: 1, by: 'k', to: 'compute.h2', method: 'build_and_run_instance' }), { at: 2, to: 'c' });
  tap.ask({ at: 3, by: 'c', to: 'conductor', method: 'instance_update' });
  expect(fromAndTo(tap, 1)).toEqual(['compute.h2', 'conductor']);
  tap.ask({ at: 4, by: 'c', to: 'scheduler_fanout', method: 'capabilities', request_id: 'req-2' });
  expect(tap.flow(9, 'req-2').hops[0]?.from).toBe('compute.?');
  tap.ask({ at: 5, by: 'c', to: 'conductor', method: 'service_update', args: { host: 'h3' }, request_id: 'req-3' });
  expect(tap.flow(9, 'req-3').hops[0]?.from).toBe('compute.h3');
});

test('who says nothing is not guessed', () => {
  const tap = new Tap();
  tap.ask({ at: 1, to: 'conductor', method: 'instance_update' });
  expect(fromAndTo(tap)).toEqual(['?', 'conductor']);
  tap.state(2, { z: 'my-script.py:7:x' }, {});
  tap.ask({ at: 3, by: 'z', to: 'conductor', method: 'instance_update' });
  expect(fromAndTo(tap, 1)).toEqual(['my-script.py', 'conductor']);
});

test('a fanout is one hop with a copy for each who got it', () => {
  const tap = new Tap();
  const queues = ['scheduler_fanout_1', 'scheduler_fanout_2'];
  tap.state(
    0,
    { s1: 'nova-scheduler:1:x', s2: 'nova-scheduler:2:x' },
    {
      'scheduler.a': ['s1'],
      'scheduler.b': ['s2'],
      scheduler_fanout_1: ['s1'],
      scheduler_fanout_2: ['s2'],
    },
  );
  const fanout = tap.ask({ at: 1, by: 'c', to: 'scheduler_fanout', method: 'update_instance_info', queues });
  tap.deliver(fanout, { at: 3, to: 's1', queue: 'scheduler_fanout_1' });
  expect(tap.flow(5).hops).toMatchObject([
    {
      kind: 'fanout',
      to: 'scheduler_fanout',
      copies: [
        { lane: 'scheduler.a', queue: 'scheduler_fanout_1', delivered_t_ms: 2 },
        { lane: 'scheduler.b', queue: 'scheduler_fanout_2' },
      ],
    },
  ]);
});
