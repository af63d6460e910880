import { brokersUnderTest, until } from '@novasim/testkit';
import type { Channel } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { consume, drain, sceneOn, sendAll, settled } from './clients.ts';

/** Declares `q` with `args` and the queue `dead` that takes what dies in it. */
async function withDeadLetters(channel: Channel, args: Record<string, unknown> = {}): Promise<void> {
  await channel.assertQueue('dead');
  await channel.assertQueue('q', {
    arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead', ...args },
  });
}

async function emptied(channel: Channel, queue: string): Promise<void> {
  await until(async () => (await channel.checkQueue(queue)).messageCount === 0, { what: `${queue} to be empty` });
}

describe.each(await brokersUnderTest())('a message on $name', (broker) => {
  test('leaves a queue without consumers when it expires', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await withDeadLetters(channel);
    channel.sendToQueue('q', Buffer.from('x'), { expiration: '60' });
    const inbox = await consume(channel, 'dead', { noAck: true });
    await inbox.seen(1);
    await emptied(channel, 'q');
  });

  test('waits behind one that lives longer, and is then not delivered', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await withDeadLetters(channel);
    channel.sendToQueue('q', Buffer.from('long'), { expiration: '60000' });
    channel.sendToQueue('q', Buffer.from('short'), { expiration: '1' });
    channel.sendToQueue('q', Buffer.from('other'));
    const started = performance.now();
    await until(async () => performance.now() - started > 100 && (await channel.checkQueue('q')).messageCount === 3);
    expect(await drain(channel, 'q')).toEqual(['long', 'other']);
    expect(await drain(channel, 'dead')).toEqual(['short']);
  });

  test('with expiration 0 reaches only who is waiting for it', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('idle');
    await channel.assertQueue('busy');
    const inbox = await consume(channel, 'busy', { noAck: true });
    channel.sendToQueue('idle', Buffer.from('x'), { expiration: '0' });
    channel.sendToQueue('busy', Buffer.from('y'), { expiration: '0' });
    await inbox.seen(1);
    await emptied(channel, 'idle');
  });

  test('lives no longer than the queue lets it', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await withDeadLetters(channel, { 'x-message-ttl': 50 });
    channel.sendToQueue('q', Buffer.from('a'), { expiration: '60000' });
    sendAll(channel, 'q', ['b']);
    const inbox = await consume(channel, 'dead', { noAck: true });
    await inbox.seen(2);
    expect(inbox.texts).toEqual(['a', 'b']);
  });

  test('keeps its own expiration on the way to a consumer', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    channel.sendToQueue('q', Buffer.from('x'), { expiration: '60000' });
    await settled(channel);
    expect(await channel.get('q', { noAck: true })).toMatchObject({ properties: { expiration: '60000' } });
  });
});

describe.each(await brokersUnderTest())('a dead letter on $name', (broker) => {
  test('tells of its expiry', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await withDeadLetters(channel);
    const inbox = await consume(channel, 'dead', { noAck: true });
    channel.sendToQueue('q', Buffer.from('x'), { expiration: '20', headers: { own: 1 }, messageId: 'm' });
    const [letter] = await inbox.seen(1);
    expect(letter?.fields).toMatchObject({ exchange: '', routingKey: 'dead', redelivered: false });
    expect(letter?.properties).toMatchObject({ messageId: 'm', expiration: undefined });
    expect(letter?.properties.headers).toMatchObject({
      own: 1,
      'x-first-death-exchange': '',
      'x-first-death-queue': 'q',
      'x-first-death-reason': 'expired',
      'x-death': [
        {
          count: 1,
          reason: 'expired',
          queue: 'q',
          exchange: '',
          'routing-keys': ['q'],
          'original-expiration': '20',
          time: { '!': 'timestamp', value: expect.any(Number) },
        },
      ],
    });
  });

  test('tells of its rejection, and counts when it dies again', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    const back = (to: string, more = {}) => ({
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': to, ...more },
    });
    await channel.assertQueue('q', back('pause'));
    await channel.assertQueue('pause', back('q', { 'x-message-ttl': 5 }));
    sendAll(channel, 'q', ['x']);
    for (const count of [1, 2]) {
      const message = await until(() => channel.get('q'));
      expect(message.properties.headers?.['x-death'] ?? []).toHaveLength(count === 1 ? 0 : 2);
      channel.nack(message, false, false);
    }
    const message = await until(() => channel.get('q'));
    expect(message.properties.headers?.['x-death']).toMatchObject([
      { count: 2, reason: 'expired', queue: 'pause' },
      { count: 2, reason: 'rejected', queue: 'q' },
    ]);
  });

  test('keeps its routing key when the queue names none', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q', { arguments: { 'x-dead-letter-exchange': 'amq.topic' } });
    await channel.assertQueue('dead');
    await channel.bindQueue('dead', 'amq.topic', 'a.#');
    await channel.bindQueue('q', 'amq.direct', 'a.b');
    channel.publish('amq.direct', 'a.b', Buffer.from('x'));
    const message = await until(() => channel.get('q'));
    channel.reject(message, false);
    const letter = await until(() => channel.get('dead', { noAck: true }));
    expect(letter.fields).toMatchObject({ exchange: 'amq.topic', routingKey: 'a.b' });
    expect(letter.properties.headers).toMatchObject({
      'x-first-death-exchange': 'amq.direct',
      'x-death': [{ exchange: 'amq.direct', 'routing-keys': ['a.b'] }],
    });
  });

  test('is dropped when its exchange is missing', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q', { arguments: { 'x-dead-letter-exchange': 'nope' } });
    sendAll(channel, 'q', ['x']);
    const message = await until(() => channel.get('q'));
    channel.reject(message, false);
    await expect(settled(channel)).resolves.toBeUndefined();
  });

  test('does not go round for ever between queues that only expire it', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    const args = (to: string) => ({
      arguments: { 'x-message-ttl': 5, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': to },
    });
    await channel.assertQueue('a', args('b'));
    await channel.assertQueue('b', args('a'));
    sendAll(channel, 'a', ['x']);
    await until(async () => {
      const [a, b] = [await channel.checkQueue('a'), await channel.checkQueue('b')];
      return a.messageCount + b.messageCount === 0;
    });
  });
});

describe.each(await brokersUnderTest())('a full queue on $name', (broker) => {
  test('drops its oldest, which die of maxlen', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await withDeadLetters(channel, { 'x-max-length': 2 });
    sendAll(channel, 'q', ['1', '2', '3', '4']);
    const inbox = await consume(channel, 'dead', { noAck: true });
    const [letter] = await inbox.seen(2);
    expect(inbox.texts).toEqual(['1', '2']);
    expect(letter?.properties.headers?.['x-death']).toMatchObject([{ reason: 'maxlen', queue: 'q' }]);
    expect(await drain(channel, 'q')).toEqual(['3', '4']);
  });

  test('counts bytes when asked to', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q', { arguments: { 'x-max-length-bytes': 10 } });
    sendAll(channel, 'q', ['aaaa', 'bbbb', 'cccc']);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual(['bbbb', 'cccc']);
  });
});
