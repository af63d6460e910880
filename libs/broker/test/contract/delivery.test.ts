import { brokersUnderTest, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { clientOn, consume, drain, sceneOn, sendAll, settled } from './clients.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

describe.each(await brokersUnderTest())('$name delivers', (broker) => {
  test('in the order of publishing', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', numbers(500));
    const inbox = await consume(channel, 'q', { noAck: true });
    await inbox.seen(500);
    expect(inbox.texts).toEqual(numbers(500));
  });

  test('what was published, bit for bit, with ascending tags', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    const properties = {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      headers: { text: 'é', number: 5, big: 2 ** 40, half: 1.5, yes: true, list: [1, 'a'], inner: { deep: null } },
      deliveryMode: 2,
      priority: 3,
      correlationId: 'c',
      replyTo: 'r',
      messageId: 'm',
      timestamp: 1_700_000_000,
      type: 't',
      userId: 'guest',
      appId: 'app',
    };
    const content = Buffer.from([0, 1, 2, 0xce, 0xff]);
    const inbox = await consume(channel, 'q', { consumerTag: 'tag' });
    channel.publish('', 'q', content, properties);
    channel.sendToQueue('q', Buffer.alloc(0));
    const [message, empty] = await inbox.seen(2);
    const fields = { consumerTag: 'tag', redelivered: false, exchange: '', routingKey: 'q' };
    expect(message).toMatchObject({ fields: { ...fields, deliveryTag: 1 }, properties, content });
    expect(empty).toMatchObject({ fields: { ...fields, deliveryTag: 2 }, content: Buffer.alloc(0) });
  });

  test('messages larger than a frame', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    const content = Buffer.alloc(3_000_000);
    for (let at = 0; at < content.length; at += 4) content.writeUInt32BE(at, at);
    const inbox = await consume(channel, 'q', { noAck: true });
    sendAll(channel, 'q', ['before']);
    channel.sendToQueue('q', content);
    sendAll(channel, 'q', ['after']);
    const messages = await inbox.seen(3);
    expect(messages[1]?.content.equals(content)).toBe(true);
    expect(messages[2]?.content.toString()).toBe('after');
  });

  test('to consumers in turn', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    const a = await consume(channel, 'q', { noAck: true });
    const b = await consume(channel, 'q', { noAck: true });
    const c = await consume(channel, 'q', { noAck: true });
    sendAll(channel, 'q', numbers(9));
    await Promise.all([a.seen(3), b.seen(3), c.seen(3)]);
    expect([a.texts, b.texts, c.texts]).toEqual([
      ['1', '4', '7'],
      ['2', '5', '8'],
      ['3', '6', '9'],
    ]);
  });

  test('to the consumer of higher priority as long as it takes', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    await channel.prefetch(2);
    const low = await consume(channel, 'q');
    const high = await consume(channel, 'q', { priority: 10 });
    sendAll(channel, 'q', numbers(3));
    await Promise.all([high.seen(2), low.seen(1)]);
    expect([high.texts, low.texts]).toEqual([['1', '2'], ['3']]);
  });

  test('to one consumer at a time when single active is asked for', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q', { arguments: { 'x-single-active-consumer': true } });
    const first = await consume(channel, 'q', { noAck: true });
    const second = await consume(channel, 'q', { noAck: true });
    sendAll(channel, 'q', ['1', '2']);
    await first.seen(2);
    await channel.cancel(first.consumerTag);
    sendAll(channel, 'q', ['3']);
    await second.seen(1);
    expect([first.texts, second.texts]).toEqual([['1', '2'], ['3']]);
  });

  test('no more than prefetch to each consumer of a channel', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', numbers(10));
    await channel.prefetch(2);
    const a = await consume(channel, 'q');
    const [first] = await a.seen(2);
    const b = await consume(channel, 'q');
    await b.seen(2);
    await settled(channel);
    expect([a.texts, b.texts]).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    if (first !== undefined) channel.ack(first);
    await a.seen(3);
    expect(a.texts).toEqual(['1', '2', '5']);
  });

  test('no more than a global prefetch to all consumers of a channel', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    await channel.assertQueue('other');
    await channel.prefetch(3, true);
    sendAll(channel, 'q', numbers(10));
    const a = await consume(channel, 'q');
    const taken = await a.seen(3);
    const b = await consume(channel, 'other');
    sendAll(channel, 'other', ['late']);
    await settled(channel);
    expect([a.messages.length, b.messages.length]).toEqual([3, 0]);
    const [last] = taken.slice(-1);
    if (last !== undefined) channel.ack(last, true);
    // The broker is free to choose which queue goes first.
    await until(() => a.messages.length + b.messages.length === 6);
  });

  test('without limit to consumers that do not acknowledge', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    await channel.prefetch(1);
    const inbox = await consume(channel, 'q', { noAck: true });
    sendAll(channel, 'q', numbers(5));
    await inbox.seen(5);
  });

  test('nothing to a cancelled consumer, whose messages stay its own', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    const inbox = await consume(channel, 'q');
    sendAll(channel, 'q', ['1']);
    const [message] = await inbox.seen(1);
    await channel.cancel(inbox.consumerTag);
    sendAll(channel, 'q', ['2']);
    await settled(channel);
    expect(await channel.checkQueue('q')).toMatchObject({ messageCount: 1, consumerCount: 0 });
    if (message !== undefined) channel.ack(message);
    await settled(channel);
    expect(inbox.texts).toEqual(['1']);
  });
});

describe.each(await brokersUnderTest())('$name takes back', (broker) => {
  test('a rejected message to its old place, marked as redelivered', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', numbers(4));
    const first = await channel.get('q');
    const second = await channel.get('q');
    if (first !== false && second !== false) {
      channel.reject(second, true);
      channel.nack(first, false, true);
    }
    await settled(channel);
    const again = await channel.get('q');
    expect(again).toMatchObject({ fields: { redelivered: true, messageCount: 3 }, content: Buffer.from('1') });
    expect(await drain(channel, 'q')).toEqual(['2', '3', '4']);
  });

  test('everything unanswered when a channel closes, in order', async () => {
    await using scene = await sceneOn(broker);
    const { channel, client } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', numbers(6));
    const doomed = await client.channel();
    const inbox = await consume(doomed, 'q');
    const messages = await inbox.seen(6);
    if (messages[1] !== undefined) doomed.ack(messages[1]);
    await doomed.close();
    const rest = await consume(channel, 'q');
    const redelivered = await rest.seen(5);
    expect(rest.texts).toEqual(['1', '3', '4', '5', '6']);
    expect(redelivered.every(({ fields }) => fields.redelivered)).toBe(true);
  });

  test('everything unanswered when a connection breaks', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', numbers(3));
    const doomed = await clientOn(bus.url, 'doomed');
    const inbox = await consume(await doomed.channel(), 'q');
    await inbox.seen(3);
    await bus.closeConnections({ name: 'doomed' });
    const rest = await consume(channel, 'q', { noAck: true });
    const redelivered = await rest.seen(3);
    expect(rest.texts).toEqual(numbers(3));
    expect(redelivered.every(({ fields }) => fields.redelivered)).toBe(true);
  });

  test('all up to a tag with multiple, and all with tag 0', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', numbers(5));
    const inbox = await consume(channel, 'q');
    const messages = await inbox.seen(5);
    await channel.cancel(inbox.consumerTag);
    if (messages[1] !== undefined) channel.ack(messages[1], true);
    channel.nackAll(true);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual(['3', '4', '5']);
  });

  test('on recover what was not answered', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', ['1', '2']);
    const inbox = await consume(channel, 'q');
    await inbox.seen(2);
    await channel.recover();
    const messages = await inbox.seen(4);
    expect(inbox.texts).toEqual(['1', '2', '1', '2']);
    expect(messages.map(({ fields }) => fields.redelivered)).toEqual([false, false, true, true]);
  });

  test('nothing of what was rejected without requeue', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', ['1', '2']);
    const first = await channel.get('q');
    if (first !== false) channel.reject(first, false);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual(['2']);
  });

  test('and counts what came back in a quorum queue', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q', { arguments: { 'x-queue-type': 'quorum' } });
    const inbox = await consume(channel, 'q');
    sendAll(channel, 'q', ['1']);
    const [first] = await inbox.seen(1);
    expect(first?.properties.headers ?? {}).not.toHaveProperty('x-delivery-count');
    if (first !== undefined) channel.nack(first, false, true);
    const [, second] = await inbox.seen(2);
    expect(second).toMatchObject({ fields: { redelivered: true }, properties: { headers: { 'x-delivery-count': 1 } } });
  });
});

describe.each(await brokersUnderTest())('basic.get on $name', (broker) => {
  test('says how many are left, and false when there is none', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    sendAll(channel, 'q', ['1', '2']);
    await settled(channel);
    expect(await channel.get('q', { noAck: true })).toMatchObject({
      fields: { deliveryTag: 1, redelivered: false, exchange: '', routingKey: 'q', messageCount: 1 },
    });
    expect(await channel.get('q', { noAck: true })).toMatchObject({ fields: { deliveryTag: 2, messageCount: 0 } });
    expect(await channel.get('q')).toBe(false);
  });
});
