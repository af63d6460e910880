import { describe, expect, test } from 'vitest';
import { busEventsOf, readRecordings, requestIdOf } from '../test/golden-recordings.ts';
import { shuffled } from '../test/shuffled.ts';
import { NOON, Tap } from '../test/tap.ts';
import type { BusEvent, PublishedEvent } from './bus-event.ts';
import { TraceStore } from './trace-store.ts';

describe('finding flows', () => {
  function twoFlows(): Tap {
    const tap = new Tap();
    tap.deliver(tap.ask({ at: 0, by: 'a', to: 'compute.h3', method: 'terminate_instance' }), { at: 1, to: 'c' });
    const args = { instance_uuid: 'aaaaaaaa-0000-4000-8000-000000000001' };
    tap.ask({
      at: 5,
      by: 'a',
      to: 'conductor',
      method: 'instance_update',
      msg_id: 'm-77',
      timeout: 10,
      args,
      request_id: 'req-2',
    });
    return tap;
  }

  test.for([
    ['', ['req-2', 'req-1']],
    ['req-2', ['req-2']],
    ['TERMINATE', ['req-1']],
    ['aaaaaaaa-0000', ['req-2']],
    ['m-77', ['req-2']],
    ['conductor', ['req-2']],
    ['outcome:failed', ['req-2']],
    ['-outcome:failed', ['req-1']],
    ['host:h3', ['req-1']],
    ['operation:delete', ['req-1']],
    ['method:instance_update service:conductor', ['req-2']],
    ['terminate conductor', []],
    ['no:such', []],
  ] as const)('"%s" finds %j, newest first', ([q, ids]) => {
    const found = twoFlows().store.flows({ q }, NOON + 1_000);
    expect(found.map(({ request_id }) => request_id)).toEqual(ids);
  });

  test('as many as asked, before a time', () => {
    const { store } = twoFlows();
    expect(store.flows({ limit: 1 }).map(({ request_id }) => request_id)).toEqual(['req-2']);
    expect(store.flows({ before: NOON + 5 }).map(({ request_id }) => request_id)).toEqual(['req-1']);
  });
});

test('a message is shown whole: envelope, message, route, deliveries, hop', () => {
  const tap = new Tap();
  tap.state(0, { c: 'nova-compute:2:x' }, { 'compute.h3': ['c'] });
  const cast = tap.ask({ at: 1, by: 'c', to: 'compute.h3', method: 'echo', properties: { headers: { h: 1 } } });
  tap.deliver(cast, { at: 3, to: 'c' });
  expect(tap.store.message(2, NOON + 5)).toMatchObject({
    id: 2,
    request_id: 'req-1',
    program: 'nova-compute:2:x',
    headers: { h: 1 },
    envelope: { 'oslo.version': '2.0' },
    message: { method: 'echo' },
    route: {
      exchange: 'nova',
      exchange_type: 'topic',
      queues: [{ name: 'compute.h3', consumers: [{ connection: 'c', program: 'nova-compute:2:x' }] }],
    },
    deliveries: [{ queue: 'compute.h3', at_ms: NOON + 3 }],
    hop: { method: 'echo', outcome: 'delivered' },
  });
  expect(tap.store.message(99)).toBeUndefined();
});

test('whoever listens is told which flows changed, until he has enough', () => {
  const tap = new Tap();
  const told: string[] = [];
  const end = tap.store.onChange(({ flows, isState }) => told.push(isState ? 'state' : flows.join()));
  const cast = tap.ask({ at: 0, to: 'compute', method: 'echo' });
  tap.deliver(cast, { at: 1, to: 'c' });
  tap.state(2, {}, {});
  end();
  tap.ask({ at: 3, to: 'compute', method: 'echo' });
  expect(told).toEqual(['req-1', 'req-1', 'state']);
});

describe('whatever the order', () => {
  const recording = readRecordings().find(({ operation }) => operation === 'boot-reschedule');
  if (recording === undefined) throw new Error('it was recorded');
  const events = busEventsOf(recording, NOON);
  const requestId = requestIdOf(recording, 'req-1');

  function hopsOf(told: readonly BusEvent[]) {
    const store = new TraceStore();
    for (const event of told) store.add(event);
    return store.flow(requestId, NOON + 20_000)?.hops;
  }

  test.for([1, 2, 3, 4, 5])('of the telling (%i), the flow is the same', (seed) => {
    expect(hopsOf(shuffled(events, seed))).toEqual(hopsOf(events));
  });

  test('what is told twice is one thing', () => {
    expect(hopsOf(events.flatMap((event) => [event, event]))).toEqual(hopsOf(events));
  });

  test('without a word of the broker, no published hop is missing', () => {
    const published = events.filter(({ event }) => event === 'published');
    const ids = hopsOf(published)?.map(({ id }) => id);
    expect(ids).toEqual(hopsOf(events)?.map(({ id }) => id));
  });
});

test('garbage is kept as what it is and breaks nothing', () => {
  const bodies = [
    '',
    '{',
    '[]',
    'null',
    '"text"',
    '\u0000ÿ',
    '{"oslo.message": "{"}',
    '{"oslo.message": 7}',
    '{"a":'.repeat(5_000),
  ];
  const inner = [
    '{"method": 1}',
    '{"method": "x", "args": [',
    '{"result": 1, "failure": {}, "_msg_id": []}',
    '{"event_type": 1, "payload": "p"}',
  ];
  const wrapped = inner.map((text) => JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': text }));
  const store = new TraceStore();
  for (const [index, body] of [...bodies, ...wrapped].entries()) {
    const address = { exchange: '', routing_key: '', properties: {}, bytes: body.length };
    store.add({ event: 'published', seq: index + 1, at_ms: NOON, body, ...address });
  }
  store.add({
    event: 'delivered',
    seq: 99,
    at_ms: Number.NaN,
    queue: '',
    is_redelivered: false,
    message_key: 'nobody',
  });
  store.add({ event: 'unheard of' } as unknown as BusEvent);
  expect(store.flows({ limit: 100 })).toHaveLength(bodies.length + wrapped.length);
  expect(store.flows({ q: 'kind:other' }).length).toBeGreaterThan(bodies.length - 1);
  for (const { request_id } of store.flows()) expect(store.flow(request_id)?.hops).toHaveLength(1);
});

describe('memory', () => {
  function published(seq: number, requestId: string | undefined, size = 1_000): PublishedEvent {
    const context = requestId === undefined ? {} : { _context_request_id: requestId };
    const message = { method: 'echo', args: { pad: 'x'.repeat(size) }, _unique_id: `u${seq}`, ...context };
    const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
    const address = { exchange: 'nova', routing_key: 'compute', routed_queues: ['compute'], properties: {} };
    return { event: 'published', seq, at_ms: NOON + seq, ...address, body, bytes: body.length };
  }

  test('is bounded: the oldest flows go, are counted, and told', () => {
    const store = new TraceStore({ budgetMb: 1 });
    const gone: string[] = [];
    store.onChange(({ forgotten }) => gone.push(...forgotten));
    for (let seq = 1; seq <= 3_000; seq++) store.add(published(seq, `req-${Math.ceil(seq / 3)}`));

    const { bytes, budget_bytes, flows, messages, forgotten_flows, seen_messages } = store.usage();
    expect(bytes).toBeLessThanOrEqual(budget_bytes);
    expect(messages).toBeLessThan(600);
    expect([seen_messages, flows + forgotten_flows]).toEqual([3_000, 1_000]);
    expect(gone.slice(0, 2)).toEqual(['req-1', 'req-2']);
    expect(store.flow('req-1')).toBeUndefined();
    expect(store.flow('req-1000')).toMatchObject({ hop_count: 3, is_partial: false });
    store.add(published(3_001, `req-1`));
    expect(store.flow('req-1')).toMatchObject({ hop_count: 1, is_partial: true });
  });

  test('a flow that never ends loses its beginning', () => {
    const store = new TraceStore({ budgetMb: 1 });
    for (let seq = 1; seq <= 2_000; seq++) store.add(published(seq, 'req-endless'));
    expect(store.flow('req-endless')).toMatchObject({ is_partial: true });
    expect(store.flow('req-endless')?.hops.at(-1)?.id).toBe(2_000);
    expect(store.usage().bytes).toBeLessThan(300_000);
  });

  test('messages without a request go before those with one', () => {
    const store = new TraceStore({ budgetMb: 1 });
    store.add(published(1, 'req-1'));
    for (let seq = 2; seq <= 2_000; seq++) store.add(published(seq, undefined));
    expect(store.flow('req-1')).toMatchObject({ hop_count: 1 });
  });

  test('a message of many megabytes is cut', () => {
    const store = new TraceStore({ budgetMb: 1 });
    for (const [seq, size] of [
      [1, 1_000],
      [2, 20_000_000],
      [3, 1_000],
    ] as const)
      store.add(published(seq, `req-${seq}`, size));
    expect(store.flows().map(({ request_id }) => request_id)).toEqual(['req-3', 'req-2', 'req-1']);
    expect(store.message(2)).toMatchObject({ is_cut: true, bytes: expect.any(Number), hop: { method: 'echo' } });
    expect(store.usage().bytes).toBeLessThan(200_000);
  });
});
