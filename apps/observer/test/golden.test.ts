import { brokersUnderTest, freshBus } from '@novasim/testkit';
import type { BusEvent, BusStateEvent, PublishedEvent } from '@novasim/trace';
import { busEventsOf, type RecordedMessage, readRecordings, requestIdOf } from '@novasim/trace/golden';
import { type ConfirmChannel, connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { observe } from './observer-under-test.ts';

const START = Date.UTC(2026, 10, 20, 7, 53);
/** Those in which every service lives: one bus can carry them all. */
const recordings = readRecordings().filter(({ dead = [] }) => dead.length === 0);

describe.each(await brokersUnderTest())('what a real Nova sent, sent again on $name', (broker) => {
  test('each operation has exactly the recorded hops', { timeout: 120_000 }, async () => {
    await using bus = await freshBus(broker);
    const events = recordings.flatMap((recording) => busEventsOf(recording, START));
    await using stage = await stageOf(bus.url, events.filter(isState));
    await using observer = await observe(bus);

    for (const event of events.filter(isPublished)) await stage.publish(event);

    for (const recording of recordings) {
      for (const id of new Set(recording.messages.map(({ request_id }) => request_id))) {
        const wanted = recording.messages.filter(({ request_id }) => request_id === id).map(recorded);
        const flow = await observer.flow(requestIdOf(recording, id), ({ hops }) => hops.length === wanted.length);
        expect(
          flow.hops.map(({ kind, method, version, exchange, routing_key }) => ({
            kind,
            method,
            version,
            exchange,
            key: kind === 'reply' ? '' : routing_key,
          })),
          `${recording.operation} ${id}`,
        ).toEqual(wanted);
      }
    }
  });
});

function recorded({ kind, method, version, event_type, exchange, routing_key }: RecordedMessage) {
  return { kind, method: method ?? event_type, version, exchange, key: kind === 'reply' ? '' : routing_key };
}

/** Declares what the recorded broker told of, takes what its services took, and publishes under their names. */
async function stageOf(url: string, states: readonly BusStateEvent[]) {
  await using opened = new AsyncDisposableStack();
  const programs = new Map(
    states.flatMap(({ connections }) => connections).map((one) => [one.name, one.program ?? '']),
  );
  const channels = new Map<string, ConfirmChannel>();
  for (const [name, connection_name] of programs) {
    const connection = await connect(url, { noDelay: true, clientProperties: { connection_name } });
    opened.defer(() => connection.close());
    channels.set(name, await connection.createConfirmChannel());
  }
  const [any] = channels.values();
  if (any === undefined) throw new Error('the recordings name connections');
  for (const { name, type } of states.flatMap(({ exchanges }) => exchanges)) {
    await any.assertExchange(name, type, { durable: false });
  }
  for (const { name } of states.flatMap(({ queues }) => queues)) await any.assertQueue(name, { durable: true });
  for (const { exchange, destination, routing_key } of states.flatMap(({ bindings }) => bindings)) {
    await any.bindQueue(destination, exchange, routing_key);
  }
  const taken = new Map(states.flatMap(({ consumers }) => consumers).map((one) => [one.queue, one.connection ?? '']));
  for (const [queue, taker] of taken) await channels.get(taker)?.consume(queue, () => {}, { noAck: true });
  const closing = opened.move();
  return {
    async publish({ exchange, routing_key, body, connection = '' }: PublishedEvent): Promise<void> {
      const channel = channels.get(connection) ?? any;
      channel.publish(exchange, routing_key, Buffer.from(body), { contentType: 'application/json' });
      await channel.waitForConfirms();
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function isState(event: BusEvent): event is BusStateEvent {
  return event.event === 'state';
}

function isPublished(event: BusEvent): event is PublishedEvent {
  return event.event === 'published';
}
