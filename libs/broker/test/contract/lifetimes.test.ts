import { brokersUnderTest, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.ts';
import { methods } from '../../src/codec/methods.ts';
import { clientOn, consume, drain, sceneOn, sendAll, settled } from './clients.ts';
import { methodFrame, rawClient } from './raw-client.ts';

describe.each(await brokersUnderTest())('a queue on $name', (broker) => {
  test('gets a name of the broker when it has none', async () => {
    await using scene = await sceneOn(broker);
    const { queue } = await scene.channel.assertQueue('', { exclusive: true });
    expect(queue).toMatch(/^amq\.gen-[\w-]{22}$/);
    await expect(scene.channel.checkQueue(queue)).resolves.toMatchObject({ queue });
    // Its name is not for clients to declare, not even for the one that it was made for.
    await expect(scene.channel.assertQueue(queue, { exclusive: true })).rejects.toThrow("reserved prefix 'amq.*'");
  });

  test('tells its messages and consumers when it is declared again', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    expect(await channel.assertQueue('q')).toEqual({ queue: 'q', messageCount: 0, consumerCount: 0 });
    sendAll(channel, 'q', ['1', '2', '3']);
    await settled(channel);
    // A queue of RabbitMQ 4 may count a message a moment after the channel has handed it on.
    await expect.poll(() => channel.assertQueue('q')).toEqual({ queue: 'q', messageCount: 3, consumerCount: 0 });
    await channel.prefetch(1);
    const inbox = await consume(channel, 'q');
    await inbox.seen(1);
    expect(await channel.checkQueue('q')).toEqual({ queue: 'q', messageCount: 2, consumerCount: 1 });
  });

  test('is empty after a purge, but for what is unacknowledged', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', ['1', '2', '3']);
    const first = await channel.get('q');
    expect(await channel.purgeQueue('q')).toEqual({ messageCount: 2 });
    if (first !== false) channel.nack(first);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual(['1']);
  });

  test('says on its deletion how many messages went with it', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', ['1', '2']);
    expect(await channel.deleteQueue('q')).toEqual({ messageCount: 2 });
    await expect(channel.checkQueue('q')).rejects.toThrow('404');
  });

  test('cancels its consumers when it is deleted, for those who can hear it', async () => {
    await using scene = await sceneOn(broker);
    const { channel, client } = scene;
    await channel.assertQueue('q');
    const inbox = await consume(channel, 'q');
    const other = await client.channel();
    await other.deleteQueue('q');
    await inbox.cancelled;
    // The tag is free again.
    await other.assertQueue('q');
    await channel.consume('q', () => {}, { consumerTag: inbox.consumerTag });
  });

  test('says nothing to a consumer that did not announce that it can hear it', async () => {
    await using scene = await sceneOn(broker);
    await scene.channel.assertQueue('q');
    await using deaf = await rawClient(scene.bus.url);
    const consumeArgs = new ByteWriter().u16(0).shortText('q').shortText('t').u8(0).u32(0).done();
    deaf.send(methodFrame(1, methods.basicConsume, consumeArgs));
    await deaf.expect('basic.consume_ok');
    await scene.channel.deleteQueue('q');
    deaf.send(methodFrame(1, methods.basicQos, new ByteWriter().u32(0).u16(1).u8(0).done()));
    await deaf.expect('basic.qos_ok');
  });

  test('goes with its connection when it is exclusive', async () => {
    await using scene = await sceneOn(broker);
    const owner = await clientOn(scene.bus.url);
    const channel = await owner.channel();
    await channel.assertQueue('q', { exclusive: true });
    await channel.close();
    await (await owner.channel()).checkQueue('q');
    await owner.connection.close();
    await expect(scene.channel.checkQueue('q')).rejects.toThrow("no queue 'q'");
  });

  test('goes with its last consumer when it is auto-delete, not before its first', async () => {
    await using scene = await sceneOn(broker);
    const { channel, client } = scene;
    await channel.assertQueue('q', { autoDelete: true });
    const a = await consume(channel, 'q');
    const b = await consume(channel, 'q');
    await channel.cancel(a.consumerTag);
    await channel.checkQueue('q');
    await channel.cancel(b.consumerTag);
    const other = await client.channel();
    await expect(other.checkQueue('q')).rejects.toThrow("no queue 'q'");
  });

  test('goes with the channel of its last consumer when it is auto-delete', async () => {
    await using scene = await sceneOn(broker);
    const doomed = await scene.client.channel();
    await doomed.assertQueue('q', { autoDelete: true });
    await consume(doomed, 'q');
    await doomed.close();
    await expect(scene.channel.checkQueue('q')).rejects.toThrow("no queue 'q'");
  });

  test('goes when nobody used it for x-expires', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('used', { arguments: { 'x-expires': 300 } });
    await channel.assertQueue('unused', { arguments: { 'x-expires': 300 } });
    const inbox = await consume(channel, 'used');
    await until(async () => !(await scene.bus.topology()).queues.some(({ name }) => name === 'unused'), {
      what: 'the unused queue to go',
    });
    await channel.checkQueue('used');
    await channel.cancel(inbox.consumerTag);
    await until(async () => (await scene.bus.topology()).queues.length === 0, { what: 'the other queue to go' });
  });

  test('stands for the empty name on the channel that declared it last', async () => {
    await using scene = await sceneOn(broker);
    await using client = await rawClient(scene.bus.url);
    const named = (name: string) => new ByteWriter().u16(0).shortText(name);
    client.send(methodFrame(1, methods.queueDeclare, named('mine').u8(0).u32(0).done()));
    await client.expect('queue.declare_ok');
    const bind = named('').shortText('amq.direct').shortText('').u8(0).u32(0).done();
    client.send(methodFrame(1, methods.queueBind, bind));
    await client.expect('queue.bind_ok');
    expect((await scene.bus.topology()).bindings).toContainEqual({
      source: 'amq.direct',
      destination: 'mine',
      destination_type: 'queue',
      routing_key: 'mine',
      arguments: {},
    });
  });
});
