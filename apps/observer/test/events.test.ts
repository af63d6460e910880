import { freshBus, publishRaw, until } from '@novasim/testkit';
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { observe } from './observer-under-test.ts';

test('a reader is greeted with the status and told of each flow, state and gap', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus);
  using reader = await observer.events();

  await publishRaw(bus, [castOf('req-1', 1)]);

  expect((await reader.seen(({ type }) => type === 'hello')).data).toMatchObject({ tap: { state: 'listening' } });
  expect((await reader.seen(({ type }) => type === 'flow')).data).toMatchObject({ request_id: 'req-1', hop_count: 1 });
  expect((await reader.seen(({ type }) => type === 'state')).data).toHaveProperty('dead_ends');
});

test('a reader that comes back is told what it missed, each thing once and as it is now', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus);
  const reader = await observer.events();
  await publishRaw(bus, [castOf('req-1', 1)]);
  await reader.seen(({ data }) => data['request_id'] === 'req-1');
  reader[Symbol.dispose]();

  await publishRaw(bus, [castOf('req-2', 2), castOf('req-2', 3), castOf('req-2', 4)]);
  await observer.flow('req-2', ({ hops }) => hops.length === 3);
  using again = await observer.events(reader.lastId);
  await publishRaw(bus, [castOf('req-3', 5)]);
  await again.seen(({ data }) => data['request_id'] === 'req-3');

  const missed = again.events.find(({ data }) => data['request_id'] === 'req-2');
  expect(missed?.data['hop_count']).toBe(3);
  expect(again.events.map(({ type }) => type)).not.toContain('reset');
  const numbers = again.events.map(({ id }) => Number(id.split('-')[1]));
  expect(numbers.slice(1)).toEqual(numbers.slice(1).toSorted((a, b) => a - b));
});

test.for([
  ['another run of the observer', '00000000-1'],
  ['what nobody ever sent', 'nonsense'],
] as const)('a reader that comes back with an id of %s is told to read everything anew', async ([, id]) => {
  await using bus = await freshBus();
  await using observer = await observe(bus);

  using reader = await observer.events(id);

  expect((await reader.seen(({ type }) => type === 'reset')).data).toMatchObject({ last_event_id: id });
});

test('what was told first changes when time fails a call', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus);
  using reader = await observer.events();
  const client = await connect(bus.url);
  try {
    const channel = await client.createChannel();
    await channel.assertQueue('compute.h1');
    const { body } = castOf('req-late', 1, { _msg_id: 'a'.repeat(32), _reply_q: 'reply_a' });
    channel.sendToQueue('compute.h1', Buffer.from(body), { expiration: '1500' });

    const outcomes = () =>
      reader.events.filter(({ data }) => data['request_id'] === 'req-late').map(({ data }) => data['outcome']);
    await until(() => outcomes().includes('failed'), { withinMs: 10_000, what: 'the call to fail' });
    expect(outcomes()[0]).toBe('open');
  } finally {
    await client.close();
  }
});

function castOf(requestId: string, n: number, more: object = {}) {
  const message = {
    method: 'reboot_instance',
    args: {},
    version: '1.0',
    ...more,
    _context_request_id: requestId,
    _unique_id: `${n}`.padStart(32, '0'),
  };
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return { exchange: 'amq.topic', routingKey: 'compute.h1', body };
}
