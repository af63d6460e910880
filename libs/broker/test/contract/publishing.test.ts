import { brokersUnderTest, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { clientOn, consume, drain, sceneOn, settled } from './clients.ts';

const body = Buffer.from('x');

describe.each(await brokersUnderTest())('$name confirms', (broker) => {
  test('every message, routed or not', async () => {
    await using scene = await sceneOn(broker);
    const channel = await scene.client.confirmChannel();
    await channel.assertQueue('q');
    for (let count = 0; count < 50; count += 1) channel.sendToQueue('q', body);
    channel.publish('amq.direct', 'nobody', body);
    await channel.waitForConfirms();
    expect(await channel.checkQueue('q')).toMatchObject({ messageCount: 50 });
  });

  test('with a nack what a full queue refuses', async () => {
    await using scene = await sceneOn(broker);
    const channel = await scene.client.confirmChannel();
    await channel.assertQueue('q', { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    const publish = () =>
      new Promise<string>((resolve) => {
        channel.sendToQueue('q', body, {}, (error: unknown) =>
          resolve(error === null || error === undefined ? 'ack' : 'nack'),
        );
      });
    const outcomes = [await publish(), await publish(), await publish()];
    // RabbitMQ may let one more in before the queue has said that it is full.
    expect(outcomes[0]).toBe('ack');
    expect(outcomes[2]).toBe('nack');
  });

  test('an unroutable mandatory message after returning it', async () => {
    await using scene = await sceneOn(broker);
    const channel = await scene.client.confirmChannel();
    const story: unknown[] = [];
    channel.on('return', ({ fields, properties, content }) =>
      story.push({ fields, type: properties.type, text: content.toString() }),
    );
    channel.publish('amq.direct', 'nobody', Buffer.from('lost'), { mandatory: true, type: 'tale' }, () =>
      story.push('confirmed'),
    );
    await channel.waitForConfirms();
    expect(story).toEqual([
      {
        fields: { replyCode: 312, replyText: 'NO_ROUTE', exchange: 'amq.direct', routingKey: 'nobody' },
        type: 'tale',
        text: 'lost',
      },
      'confirmed',
    ]);
  });

  test('a mandatory message that is routed without returning it', async () => {
    await using scene = await sceneOn(broker);
    const channel = await scene.client.confirmChannel();
    const returned: unknown[] = [];
    channel.on('return', (message) => returned.push(message));
    await channel.assertQueue('q');
    channel.sendToQueue('q', body, { mandatory: true });
    await channel.waitForConfirms();
    expect(returned).toEqual([]);
  });

  test('returns on a channel without confirms too', async () => {
    await using scene = await sceneOn(broker);
    const returned = new Promise<unknown>((resolve) => scene.channel.on('return', resolve));
    scene.channel.publish('', 'nobody', body, { mandatory: true });
    expect(await returned).toMatchObject({
      fields: { replyCode: 312, exchange: '', routingKey: 'nobody' },
      content: body,
    });
  });
});

describe.each(await brokersUnderTest())('direct reply-to on $name', (broker) => {
  test('brings the answer to the requester without a queue', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('service');
    await using server = await clientOn(bus.url);
    const serving = await server.channel();
    const requests = await consume(serving, 'service', { noAck: true });

    const answers = await consume(channel, 'amq.rabbitmq.reply-to', { noAck: true });
    channel.sendToQueue('service', Buffer.from('ask'), { replyTo: 'amq.rabbitmq.reply-to', correlationId: '7' });
    const [request] = await requests.seen(1);
    const replyTo = String(request?.properties.replyTo);
    expect(replyTo).toMatch(/^amq\.rabbitmq\.reply-to\../);
    serving.sendToQueue(replyTo, Buffer.from('answer'), { correlationId: '7', mandatory: true });
    const [answer] = await answers.seen(1);
    expect(answer).toMatchObject({
      fields: { exchange: '', routingKey: replyTo, redelivered: false },
      properties: { correlationId: '7' },
      content: Buffer.from('answer'),
    });
    expect((await bus.topology()).queues.map(({ name }) => name)).toEqual(['service']);
  });

  test('returns an answer to a requester that is gone', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('service');
    const requester = await clientOn(bus.url);
    const asking = await requester.channel();
    await consume(asking, 'amq.rabbitmq.reply-to', { noAck: true });
    asking.sendToQueue('service', body, { replyTo: 'amq.rabbitmq.reply-to' });
    await settled(asking);
    await requester.connection.close();
    const request = await until(() => channel.get('service', { noAck: true }));
    const replyTo = String(request.properties.replyTo);
    const returned = new Promise<unknown>((resolve) => channel.on('return', resolve));
    channel.sendToQueue(replyTo, body, { mandatory: true });
    expect(await returned).toMatchObject({ fields: { replyCode: 312, routingKey: replyTo } });
    await expect(channel.checkQueue(replyTo)).rejects.toThrow('404');
  });
});

describe.each(await brokersUnderTest())('a queue on $name', (broker) => {
  test('keeps what nobody has taken', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    await channel.assertQueue('q');
    await using other = await clientOn(bus.url);
    const publishing = await other.confirmChannel();
    publishing.sendToQueue('q', Buffer.from('1'));
    publishing.sendToQueue('q', Buffer.from('2'));
    await publishing.waitForConfirms();
    await other.connection.close();
    expect(await drain(channel, 'q')).toEqual(['1', '2']);
  });
});
