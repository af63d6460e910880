import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PublishedEvent } from './bus-event.ts';
import { diagramOf } from './diagram/diagram-of.ts';
import { messageKey } from './message-key.ts';
import { TraceStore } from './trace-store.ts';

const folder = new URL('../test/vectors/', import.meta.url);
const START = Date.UTC(2026, 10, 20, 12);

/** A message of the real oslo.messaging, as a tap tells it. */
function captured(name: string, seq: number, after_ms: number, more: Partial<PublishedEvent> = {}): PublishedEvent {
  const { exchange, routing_key, properties, body_raw } = JSON.parse(
    readFileSync(new URL(`${name}.json`, folder), 'utf8'),
  );
  return {
    event: 'published',
    seq,
    at_ms: START + after_ms,
    exchange,
    routing_key,
    routed_queues: [routing_key],
    properties,
    body: body_raw,
    bytes: body_raw.length,
    ...more,
  };
}

describe(TraceStore, () => {
  test('a call and its reply are one flow of two hops that know each other', () => {
    const store = new TraceStore();
    store.add(captured('call', 1, 0));
    store.add(captured('call-reply', 2, 20));

    const [summary] = store.flows({}, START + 50);
    expect(summary).toMatchObject({ title: 'compute.echo', outcome: 'done', hop_count: 2, duration_ms: 20 });
    expect(store.flow(summary?.request_id ?? '', START + 50)?.hops).toMatchObject([
      { id: 1, kind: 'call', to: 'compute', outcome: 'answered', why: 'answered after 20 ms', pair_id: 2 },
      { id: 2, kind: 'reply', from: 'compute', pair_id: 1 },
    ]);
  });

  test('a call that waits where nobody consumes says so, and times out when its time is over', () => {
    const store = new TraceStore();
    const call = captured('call-server', 1, 0);
    store.add(call);
    const queue = { name: 'compute.host1', ready: 1, unacknowledged: 0, consumers: 0 };
    const nothing = { exchanges: [], bindings: [], connections: [], consumers: [] };
    store.add({ event: 'state', seq: 2, at_ms: START + 4_000, queues: [queue], ...nothing });

    const hopAt = (after_ms: number) => {
      const [flow] = store.flows({}, START + after_ms);
      return store.flow(flow?.request_id ?? '', START + after_ms)?.hops[0];
    };
    expect(hopAt(5_000)).toMatchObject({
      outcome: 'queued',
      why: 'confirmed, routed to `compute.host1`, no consumer since 12:00:04',
    });
    expect(hopAt(60_001)).toMatchObject({ outcome: 'timed out', ended_t_ms: 60_000 });
    expect(store.flows({ q: 'outcome:failed' }, START + 60_001)).toHaveLength(1);
  });

  test('a delivery finds its message, before or after it', () => {
    const store = new TraceStore();
    const cast = captured('cast', 1, 0);
    const delivered = {
      event: 'delivered',
      seq: 2,
      at_ms: START + 3,
      queue: 'compute',
      is_redelivered: false,
      message_key: messageKey(cast.body),
    } as const;
    store.add(delivered);
    store.add(cast);

    const [flow] = store.flows({}, START + 10);
    const hop = store.flow(flow?.request_id ?? '', START + 10)?.hops[0];
    expect(hop).toMatchObject({ outcome: 'delivered', delivered_t_ms: 3 });
    expect(store.message(1, START + 10)).toMatchObject({
      message: { method: 'record' },
      deliveries: [{ queue: 'compute' }],
    });
  });
});

describe(diagramOf, () => {
  test('puts lanes from left to right and rows from top to bottom', () => {
    const store = new TraceStore();
    store.add(captured('call', 1, 0, { user: 'alice' }));
    store.add(captured('call-reply', 2, 20));
    const [summary] = store.flows({}, START + 50);
    const flow = store.flow(summary?.request_id ?? '', START + 50);
    if (flow === undefined) throw new Error('the flow is there');

    const { lanes, rows } = diagramOf(flow);
    expect(lanes.map(({ id }) => id)).toEqual(['alice', 'compute']);
    expect(rows).toMatchObject([
      { row: 'arrow', kind: 'call', label: 'echo', from: 'alice', to: 'compute' },
      { row: 'arrow', kind: 'reply', from: 'compute', to: 'alice' },
    ]);
    expect(rows[0]?.y).toBeLessThan(rows[1]?.y ?? 0);
  });
});
