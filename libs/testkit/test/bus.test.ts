import { connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { brokersUnderTest } from '../src/brokers.ts';
import { tapFirehose } from '../src/firehose.ts';
import { freshBus } from '../src/fresh-bus.ts';

describe.each(await brokersUnderTest())('a bus on $name', (broker) => {
  test('is a virtual host of its own, and shows what is declared on it', async () => {
    await using one = await freshBus(broker);
    await using other = await freshBus(broker);
    const connection = await connect(one.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('nova', 'topic', { durable: false });
    await channel.assertQueue('compute', { durable: false, arguments: { 'x-expires': 60_000 } });
    await channel.bindQueue('compute', 'nova', 'compute');

    const args = { 'x-expires': 60_000 };
    const flags = { durable: false, auto_delete: false };
    expect(await one.topology()).toEqual({
      exchanges: [{ name: 'nova', type: 'topic', ...flags, internal: false, arguments: {} }],
      queues: [{ name: 'compute', type: 'classic', ...flags, exclusive: false, arguments: args }],
      bindings: [
        { source: '', destination: 'compute', destination_type: 'queue', routing_key: 'compute', arguments: {} },
        { source: 'nova', destination: 'compute', destination_type: 'queue', routing_key: 'compute', arguments: {} },
      ],
    });
    expect(await other.topology()).toEqual({ exchanges: [], queues: [], bindings: [] });
    await connection.close();
  });

  test('is gone when it is disposed of', async () => {
    const bus = await freshBus(broker);
    await bus[Symbol.asyncDispose]();
    await expect(connect(bus.url)).rejects.toThrow();
  });

  test('tells the firehose who published what to whom', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    const connection = await connect(bus.url);
    const channel = await connection.createChannel();
    await channel.assertQueue('compute');
    channel.sendToQueue('compute', Buffer.from('{"method":"ping"}'), {
      contentType: 'application/json',
      headers: { a: 1 },
    });
    await channel.consume('compute', () => {}, { noAck: true });

    const [published] = await firehose.seen(({ kind }) => kind === 'publish');
    expect(published).toMatchObject({
      exchange: '',
      routing_key: 'compute',
      routed_queues: ['compute'],
      properties: { content_type: 'application/json' },
      headers: { a: 1 },
      body: Buffer.from('{"method":"ping"}'),
      vhost: bus.vhost,
      user: 'guest',
    });
    const [delivered] = await firehose.seen(({ kind }) => kind === 'deliver');
    expect(delivered).toMatchObject({ queue: 'compute', redelivered: false, routing_key: 'compute' });
    expect(delivered?.connection).toBe(published?.connection);
    await connection.close();
  });

  test('says what it heard when the awaited message does not come', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    const connection = await connect(bus.url);
    const channel = await connection.createChannel();
    channel.publish('amq.topic', 'other', Buffer.from('x'));
    await firehose.seen(() => true);
    const waiting = firehose.seen(({ routing_key }) => routing_key === 'awaited', 1, { withinMs: 20 });
    await expect(waiting).rejects.toThrow('0 of 1 messages within 20 ms; heard: publish amq.topic other');
    await connection.close();
  });

  test('can end a connection from the outside, by name', async () => {
    await using bus = await freshBus(broker);
    const [victim, witness] = await Promise.all(
      ['victim', 'witness'].map((name) => connect(bus.url, { clientProperties: { connection_name: name } })),
    );
    // amqplib takes an operator's intervention for no error: it only closes.
    const ended = new Promise<Error | undefined>((resolve) => victim?.on('close', resolve));
    expect(await bus.closeConnections({ name: 'victim' })).toBe(1);
    expect(await ended).toMatchObject({ code: 320 });
    await expect(witness?.createChannel()).resolves.toBeDefined();
    await witness?.close();
  });
});
