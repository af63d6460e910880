import { describe, expect, test } from 'vitest';
import { Tap } from '../test/tap.ts';

const API = { a: 'nova-api:1:x' };
const BOTH = { ...API, c: 'nova-compute:2:x' };
const H3 = 'compute.h3';

describe('a call', () => {
  test('waits, runs, is answered', () => {
    const tap = new Tap();
    const call = tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 60_000 });
    expect(tap.hop(1)).toMatchObject({
      outcome: 'queued',
      why: 'confirmed, routed to `compute.h3`, not delivered yet',
    });
    tap.deliver(call, { at: 2, to: 'c' });
    expect(tap.hop(3)).toMatchObject({
      outcome: 'running',
      why: 'delivered from `compute.h3` after 2 ms, not answered yet',
    });
    tap.answer({ at: 150, by: 'c', to: 'a', msg_id: 'm' });
    expect(tap.hop(151)).toMatchObject({
      outcome: 'answered',
      why: 'answered after 150 ms',
      ended_t_ms: 150,
      pair_id: 3,
    });
    expect(tap.flow(151).outcome).toBe('done');
  });

  test('fails with what was raised', () => {
    const tap = new Tap();
    tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm' });
    tap.answer({ at: 1_500, by: 'c', to: 'a', msg_id: 'm', failure: 'NoValidHost' });
    expect(tap.hop(2_000)).toMatchObject({ outcome: 'failed', why: 'failed after 1.5 s: NoValidHost: it failed' });
    expect(tap.flow(2_000)).toMatchObject({
      outcome: 'failed',
      why: 'call echo to compute.h3: NoValidHost: it failed',
    });
  });

  test('that failed and was dealt with does not fail its flow', () => {
    const tap = new Tap();
    tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm' });
    tap.answer({ at: 5, by: 'c', to: 'a', msg_id: 'm', failure: 'InstanceNotFound' });
    const next = tap.ask({ at: 10, by: 'a', to: H3, method: 'another' });
    tap.deliver(next, { at: 11, to: 'c' });
    expect(tap.flow(20).outcome).toBe('done');
  });

  test('without a consumer times out when its expiration is over, and says since when nobody was there', () => {
    const tap = new Tap();
    tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 60_000 });
    tap.state(4_000, API, { [H3]: [] });
    expect(tap.hop(5_000)).toMatchObject({
      outcome: 'queued',
      why: 'confirmed, routed to `compute.h3`, no consumer since 12:00:04',
    });
    const why =
      'no reply within 60 s: confirmed, routed to `compute.h3`, no consumer since 12:00:04; expired there after 60 s';
    expect(tap.hop(60_001)).toMatchObject({ outcome: 'timed out', why, ended_t_ms: 60_000 });
    expect(tap.flow(60_001)).toMatchObject({ outcome: 'failed', why: `call echo to compute.h3 timed out: ${why}` });
  });

  test('answered late was given up by its caller', () => {
    const tap = new Tap();
    tap.deliver(tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 1_000 }), { at: 1, to: 'c' });
    tap.answer({ at: 1_400, by: 'c', to: 'a', msg_id: 'm' });
    expect(tap.hop(2_000)).toMatchObject({
      outcome: 'timed out',
      why: 'answered 400 ms after the caller gave up; it waited 1 s',
      ended_t_ms: 1_000,
    });
    expect(tap.hop(2_000, 1).why).toContain('the caller had given up 400 ms before');
  });

  test('that is monitored lives from heartbeat to heartbeat', () => {
    const tap = new Tap();
    tap.deliver(tap.ask({ at: 0, by: 'a', to: H3, method: 'slow', msg_id: 'm', timeout: 1_800_000, monitor: 2 }), {
      at: 1,
      to: 'c',
    });
    tap.answer({ at: 1_000, by: 'c', to: 'a', msg_id: 'm', isHeartbeat: true });
    expect(tap.hop(2_900)).toMatchObject({
      outcome: 'running',
      why: expect.stringContaining('1 heartbeats until 12:00:01'),
    });
    expect(tap.hop(3_001)).toMatchObject({ outcome: 'timed out', ended_t_ms: 3_000 });
    expect(tap.flow(3_001).hops[1]).toMatchObject({ kind: 'heartbeat', from: 'compute.h3' });
  });

  test('whose consumer died will time out', () => {
    const tap = new Tap();
    tap.state(0, BOTH, { [H3]: ['c'] });
    tap.deliver(tap.ask({ at: 10, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 60_000 }), {
      at: 12,
      to: 'c',
    });
    tap.state(5_000, API, { [H3]: [] });
    expect(tap.hop(6_000)).toMatchObject({
      outcome: 'running',
      why: "acknowledged after 2 ms, then the consumer's connection died by 12:00:05: nobody is left to answer, the call will time out",
    });
    expect(tap.hop(60_011).outcome).toBe('timed out');
  });

  test('that goes nowhere is lost, and timed out once its caller gave up', () => {
    const tap = new Tap();
    tap.ask({ at: 0, by: 'a', to: 'compute.h9', method: 'echo', msg_id: 'm', timeout: 1_000, queues: [] });
    expect(tap.hop(1)).toMatchObject({
      outcome: 'lost',
      why: 'not routed: no queue is bound for `compute.h9` on exchange `nova`',
    });
    expect(tap.hop(1_001).outcome).toBe('timed out');
  });

  test('that the tap could not follow says from when to when', () => {
    const tap = new Tap();
    tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 1_000 });
    tap.gap(500, 4_000);
    expect(tap.hop(5_000).why).toContain('the tap saw nothing from 12:00:00 to 12:00:04');
  });

  test('sent again with one unique id is one hop with a remark', () => {
    const tap = new Tap();
    const asked = { by: 'a', to: H3, method: 'echo', msg_id: 'm', unique_id: 'u' };
    tap.ask({ at: 0, ...asked });
    tap.ask({ at: 900, ...asked });
    expect(tap.flow(1_000).hops).toHaveLength(1);
    expect(tap.hop(1_000).why).toContain('sent 2 times with one `_unique_id`');
  });
});

describe('a cast', () => {
  test('is lost with the consumer that died in the middle of a task', () => {
    const tap = new Tap();
    tap.state(0, BOTH, { [H3]: ['c'] });
    tap.deliver(tap.ask({ at: 10, by: 'a', to: H3, method: 'build_and_run_instance' }), { at: 12, to: 'c' });
    const args = { instance_uuid: 'i', updates: { vm_state: 'building', task_state: 'spawning' } };
    tap.ask({ at: 20, by: 'c', to: 'conductor', method: 'instance_update', msg_id: 'm', args });
    tap.state(65_000, API, { [H3]: [] });
    expect(tap.hop(66_000)).toMatchObject({
      outcome: 'lost',
      why: "acknowledged after 2 ms, then the consumer's connection died by 12:01:05: a cast is lost here",
    });
    expect(tap.flow(66_000).outcome).toBe('failed');
  });

  test('is lost with its queue, although there is one of the same name again', () => {
    const tap = new Tap();
    tap.state(0, API, { [H3]: [] });
    tap.ask({ at: 10, by: 'a', to: H3, method: 'build_and_run_instance' });
    tap.state(3_000, API, {});
    tap.state(4_000, BOTH, { [H3]: ['c'] });
    tap.ask({ at: 4_500, by: 'a', to: H3, method: 'build_and_run_instance' });
    expect(tap.flow(5_000)).toMatchObject({
      outcome: 'failed',
      hops: [
        { outcome: 'lost', why: 'confirmed, routed to `compute.h3`, and the queue was gone by 12:00:03' },
        { outcome: 'queued', why: 'confirmed, routed to `compute.h3`, not delivered yet' },
      ],
    });
  });

  test('is not lost with a consumer that ended when all was done', () => {
    const tap = new Tap();
    tap.state(0, BOTH, { [H3]: ['c'] });
    tap.deliver(tap.ask({ at: 10, by: 'a', to: H3, method: 'build_and_run_instance' }), { at: 12, to: 'c' });
    const args = { instance_uuid: 'i', updates: { vm_state: 'active', task_state: null } };
    tap.deliver(tap.ask({ at: 20, by: 'c', to: 'conductor', method: 'instance_update', args }), { at: 21, to: 'k' });
    tap.state(1_000, API, { [H3]: [] });
    expect(tap.flow(2_000)).toMatchObject({
      outcome: 'done',
      hops: [{ outcome: 'delivered' }, { outcome: 'delivered' }],
    });
  });

  test('is not lost with a process that had handed the work on', () => {
    const tap = new Tap();
    tap.state(0, { ...API, s: 'nova-scheduler:3:x', c: 'nova-compute:2:x' }, { scheduler: ['s'], [H3]: ['c'] });
    tap.deliver(tap.ask({ at: 10, by: 'a', to: 'scheduler', method: 'run_instance' }), { at: 12, to: 's' });
    tap.deliver(tap.ask({ at: 20, by: 's', to: H3, method: 'build_and_run_instance' }), { at: 21, to: 'c' });
    const args = { instance_uuid: 'i', updates: { vm_state: 'building', task_state: 'spawning' } };
    tap.deliver(tap.ask({ at: 22, by: 'c', to: 'conductor', method: 'instance_update', args }), { at: 23, to: 'k' });
    tap.state(1_000, { ...API, c: 'nova-compute:2:x' }, { scheduler: [], [H3]: ['c'] });
    expect(tap.flow(2_000)).toMatchObject({
      outcome: 'open',
      hops: [{ outcome: 'delivered' }, { outcome: 'delivered' }, {}],
    });
  });

  test('of which nothing is known but that its consumer ended at once is lost, unless it was done', () => {
    const tap = new Tap();
    tap.state(0, BOTH, { [H3]: ['c'] });
    tap.deliver(tap.ask({ at: 10, by: 'a', to: H3, method: 'echo' }), { at: 12, to: 'c' });
    tap.state(1_000, API, { [H3]: [] });
    expect(tap.hop(2_000)).toMatchObject({
      outcome: 'lost',
      why: expect.stringContaining('a cast is lost here, unless it was done by then'),
    });
  });

  test('is not lost with a connection that its process replaced', () => {
    const tap = new Tap();
    tap.state(0, BOTH, { [H3]: ['c'] });
    tap.deliver(tap.ask({ at: 10, by: 'a', to: H3, method: 'echo' }), { at: 12, to: 'c' });
    tap.state(1_000, { ...API, c2: 'nova-compute:2:y' }, { [H3]: ['c2'] });
    expect(tap.hop(2_000).outcome).toBe('delivered');
  });

  test('that a broker put among its dead letters expired', () => {
    const tap = new Tap();
    const asked = { by: 'a', to: H3, method: 'echo', unique_id: 'u' };
    tap.ask({ at: 0, ...asked });
    const headers = { 'x-death': [{ queue: H3, reason: 'expired', count: 1 }] };
    tap.ask({ at: 500, ...asked, properties: { headers } });
    expect(tap.hop(600)).toMatchObject({
      outcome: 'lost',
      why: 'expired in `compute.h3`, never delivered',
      ended_t_ms: 500,
    });
  });
});

test('a reply to a queue that went before it was sent is lost, although RabbitMQ names the queue', () => {
  const tap = new Tap();
  tap.state(0, BOTH, { [H3]: ['c'], reply_a: ['a'] });
  tap.deliver(tap.ask({ at: 1, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 60_000 }), { at: 2, to: 'c' });
  tap.answer({ at: 500, by: 'c', to: 'a', msg_id: 'm', queues: ['reply_a'] });
  expect(tap.hop(600, 1)).toMatchObject({ outcome: 'queued' });
  tap.state(1_000, BOTH, { [H3]: ['c'] });
  tap.answer({ at: 2_000, by: 'c', to: 'a', msg_id: 'm', queues: ['reply_a'] });
  expect(tap.hop(2_500, 2)).toMatchObject({ outcome: 'lost', ended_t_ms: 1_999 });
});

test('a reply to a queue that is gone is read by nobody', () => {
  const tap = new Tap();
  tap.deliver(tap.ask({ at: 0, by: 'a', to: H3, method: 'echo', msg_id: 'm', timeout: 60_000 }), { at: 1, to: 'c' });
  tap.answer({ at: 9, by: 'c', to: 'a', msg_id: 'm', queues: [] });
  expect(tap.hop(10, 1)).toMatchObject({
    outcome: 'lost',
    why: 'the reply queue `reply_a` is gone: nobody reads this answer',
  });
  expect(tap.hop(10)).toMatchObject({ outcome: 'running', why: expect.stringContaining('the reply went nowhere') });
});

test('a fanout to nobody says so and fails nothing', () => {
  const tap = new Tap();
  tap.ask({ at: 0, by: 'a', to: 'scheduler_fanout', method: 'update', queues: [] });
  expect(tap.hop(1)).toMatchObject({
    kind: 'fanout',
    outcome: 'lost',
    why: 'no queue is bound to `scheduler_fanout`: nobody listens',
  });
  expect(tap.flow(1).outcome).toBe('done');
});
