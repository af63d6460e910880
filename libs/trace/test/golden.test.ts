import { describe, expect, test } from 'vitest';
import { TraceStore } from '../src/trace-store.ts';
import { busEventsOf, type RecordedMessage, readRecordings, requestIdOf } from './golden-recordings.ts';

const START = Date.UTC(2026, 10, 20, 7, 53);

const recordings = readRecordings();

describe('what a real Nova sent', () => {
  test.for(recordings)('$operation: its flows have exactly the recorded hops', (recording) => {
    const store = new TraceStore();
    for (const event of busEventsOf(recording, START)) store.add(event);

    const requestIds = new Set(recording.messages.map(({ request_id }) => request_id));
    const now = START + 60_000;
    const drawn = [...requestIds].map((id) => [
      id,
      store.flow(requestIdOf(recording, id), now)?.hops.map(({ kind, from, to, method, version }) => ({
        kind,
        from,
        to,
        ...(method !== undefined && { method }),
        ...(version !== undefined && { version }),
      })),
    ]);
    expect(drawn).toEqual(
      [...requestIds].map((id) => [id, recording.messages.filter((one) => one.request_id === id).map(recorded)]),
    );
    expect(store.flows({}, now)).toHaveLength(requestIds.size);
  });

  test('a cast to a host that is dead waits, and says since when', () => {
    const recording = recordings.find(({ operation }) => operation === 'stop-on-dead-host');
    if (recording === undefined) throw new Error('it was recorded');
    const store = new TraceStore();
    for (const event of busEventsOf(recording, START)) store.add(event);
    expect(store.flow(requestIdOf(recording, 'req-1'), START + 5_000)).toMatchObject({
      outcome: 'open',
      hops: [
        {
          method: 'stop_instance',
          outcome: 'queued',
          why: 'confirmed, routed to `compute.compute2`, no consumer since 07:53:00',
        },
      ],
    });
  });

  test('all of them in one store, whatever comes between', () => {
    const store = new TraceStore();
    let seq = 1;
    const flows = new Set<string>();
    for (const recording of recordings) {
      const events = busEventsOf(recording, START, seq);
      seq += events.length;
      for (const event of events) store.add(event);
      for (const { request_id } of recording.messages) flows.add(requestIdOf(recording, request_id));
    }
    expect(new Set(store.flows({ limit: 10_000 }, START).map(({ request_id }) => request_id))).toEqual(flows);
  });
});

function recorded({ kind, from, exchange, routing_key, method, version, event_type, reply_to }: RecordedMessage) {
  const name = method ?? event_type;
  return {
    kind,
    from: laneOf(from),
    to: kind === 'reply' ? laneOf(reply_to ?? '') : kind === 'fanout' ? exchange : routing_key,
    ...(name !== undefined && { method: name }),
    ...(version !== undefined && { version }),
  };
}

function laneOf(user: string): string {
  return user.replace(/^nova-/, '').replace(/^compute(\d)$/, 'compute.compute$1');
}
