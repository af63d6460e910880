import { brokersUnderTest, tapFirehose } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.ts';
import { emptyTable, type FieldTable } from '../../src/codec/field-table.ts';
import { methods } from '../../src/codec/methods.ts';
import { readProperties } from '../../src/codec/properties.ts';
import { consume, sceneOn, settled } from './clients.ts';
import { methodFrame, rawClient } from './raw-client.ts';

describe.each(await brokersUnderTest())('the firehose of $name', (broker) => {
  test('is off unless it is on', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('tap');
    await channel.bindQueue('tap', 'amq.rabbitmq.trace', '#');
    await channel.assertQueue('q');
    channel.sendToQueue('q', Buffer.from('unseen'));
    await settled(channel);
    await bus.trace(true);
    channel.sendToQueue('q', Buffer.from('seen'));
    await settled(channel);
    await bus.trace(false);
    channel.sendToQueue('q', Buffer.from('unseen'));
    await settled(channel);
    expect(await channel.get('tap', { noAck: true })).toMatchObject({ content: Buffer.from('seen') });
    expect(await channel.get('tap')).toBe(false);
  });

  test('tells of publishes with exchange, queues and properties', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    for (const queue of ['a', 'b']) {
      await channel.assertQueue(queue);
      await channel.bindQueue(queue, 'amq.fanout', '');
    }
    await using firehose = await tapFirehose(bus);
    const properties = {
      contentType: 'application/json',
      headers: { own: 1 },
      deliveryMode: 2,
      priority: 0,
      expiration: '60000',
    };
    channel.publish('amq.fanout', 'key', Buffer.from('{}'), properties);
    const [record] = await firehose.seen(({ kind }) => kind === 'publish');
    expect(record).toMatchObject({
      exchange: 'amq.fanout',
      routing_key: 'key',
      properties: { content_type: 'application/json', delivery_mode: 2, priority: 0, expiration: '60000' },
      headers: { own: 1 },
      body: Buffer.from('{}'),
      vhost: bus.vhost,
      user: 'guest',
      channel: 1,
    });
    expect(record?.routed_queues?.toSorted()).toEqual(['a', 'b']);
    expect(record?.connection).toMatch(/^[\d.]+:\d+ -> [\d.]+:\d+$/);
    expect(record?.node).toMatch(/^[\w-]+@[\w-]+$/);
  });

  test('tells of a publish that nobody receives', async () => {
    await using scene = await sceneOn(broker);
    await using firehose = await tapFirehose(scene.bus);
    scene.channel.publish('amq.topic', 'nobody', Buffer.from('x'));
    const [record] = await firehose.seen(({ kind }) => kind === 'publish');
    expect(record).toMatchObject({ exchange: 'amq.topic', routing_key: 'nobody', routed_queues: [] });
  });

  test('tells of deliveries and gets, with redelivered', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('q');
    await using firehose = await tapFirehose(bus);
    channel.sendToQueue('q', Buffer.from('x'));
    await settled(channel);
    const message = await channel.get('q');
    if (message !== false) channel.nack(message);
    const inbox = await consume(channel, 'q', { noAck: true });
    await inbox.seen(1);
    const records = await firehose.seen(({ kind }) => kind === 'deliver', 2);
    expect(records).toMatchObject([
      { queue: 'q', exchange: '', routing_key: 'q', redelivered: false, body: Buffer.from('x') },
      { queue: 'q', exchange: '', routing_key: 'q', redelivered: true, body: Buffer.from('x') },
    ]);
  });

  test('keeps order: a publish before its delivery, one message before the next', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('q');
    const inbox = await consume(channel, 'q', { noAck: true });
    await using firehose = await tapFirehose(bus);
    for (const text of ['1', '2', '3']) channel.sendToQueue('q', Buffer.from(text));
    await inbox.seen(3);
    const published = await firehose.seen(({ kind }) => kind === 'publish', 3);
    expect(published.map(({ body }) => body.toString())).toEqual(['1', '2', '3']);
    await firehose.seen(({ kind }) => kind === 'deliver', 3);
    const story = firehose.records.filter(({ body }) => body.toString() === '1').map(({ kind }) => kind);
    expect(story).toEqual(['publish', 'deliver']);
  });

  test('cannot be published to', async () => {
    await using scene = await sceneOn(broker);
    scene.channel.publish('amq.rabbitmq.trace', 'k', Buffer.from('x'));
    const { code, text } = await scene.client.refused;
    expect({ code, text }).toEqual({
      code: 403,
      text: `ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in vhost '${scene.bus.vhost}'`,
    });
  });

  test('writes its headers with the types that RabbitMQ 3.10 and 4.0 give them', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('q');
    await channel.assertQueue('tap');
    await channel.bindQueue('tap', 'amq.rabbitmq.trace', '#');
    await bus.trace(true);
    channel.sendToQueue('q', Buffer.from('x'), {
      contentType: 'a',
      headers: { own: 1 },
      timestamp: 5,
      deliveryMode: 2,
    });
    await settled(channel);
    await channel.get('q', { noAck: true });
    await bus.trace(false);

    await using raw = await rawClient(bus.url);
    const told: Record<string, unknown>[] = [];
    for (let count = 0; count < 2; count += 1) {
      raw.send(methodFrame(1, methods.basicGet, new ByteWriter().u16(0).shortText('tap').u8(1).done()));
      await raw.expect('basic.get_ok');
      const header = await raw.next();
      await raw.next();
      told.push(types(readProperties(header?.payload ?? Buffer.alloc(0)).headers ?? emptyTable));
    }
    const properties = {
      content_type: 'S',
      headers: { own: 'b' },
      delivery_mode: 'I',
      timestamp: 'I',
    };
    const common = {
      exchange_name: 'S',
      routing_keys: ['S'],
      properties,
      node: 'S',
      vhost: 'S',
      connection: 'S',
      channel: 'I',
      user: 'S',
    };
    expect(told).toEqual([
      { ...common, routed_queues: ['S'] },
      { ...common, redelivered: 'I' },
    ]);
  });
});

function types(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(
    Array.from(table, ([key, field]) => {
      if (field.type === 'F') return [key, types(field.value)];
      return [key, field.type === 'A' ? field.value.map(({ type }) => type) : field.type];
    }),
  );
}
