import { brokersUnderTest, until } from '@novasim/testkit';
import type { Channel } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { clientOn, drain, sceneOn, settled } from './clients.ts';

const body = Buffer.from('x');

/** Declares queues bound to `exchange`, one for each binding key and named after it. */
async function bindEach(channel: Channel, exchange: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await channel.assertQueue(`q:${key}`, { durable: false });
    await channel.bindQueue(`q:${key}`, exchange, key);
  }
}

/** Which of the queues named after `keys` hold something. */
async function reached(channel: Channel, keys: readonly string[]): Promise<readonly string[]> {
  await settled(channel);
  const filled: string[] = [];
  for (const key of keys) {
    if ((await drain(channel, `q:${key}`)).length > 0) filled.push(key);
  }
  return filled;
}

describe.each(await brokersUnderTest())('$name routes by a topic exchange', (broker) => {
  const keys = [
    'compute',
    'compute.*',
    '*.host1',
    '#',
    'compute.#',
    '*',
    'a.*.c',
    'a.#.c',
    '#.c',
    '#.#',
    '*.#',
    'a..c',
    '',
  ];

  test.for([
    ['compute', ['compute', '#', 'compute.#', '*', '#.#', '*.#']],
    ['compute.host1', ['compute.*', '*.host1', '#', 'compute.#', '#.#', '*.#']],
    ['compute.host1.x', ['#', 'compute.#', '#.#', '*.#']],
    ['a.b.c', ['#', 'a.*.c', 'a.#.c', '#.c', '#.#', '*.#']],
    ['a.c', ['#', 'a.#.c', '#.c', '#.#', '*.#']],
    ['a.b.b.c', ['#', 'a.#.c', '#.c', '#.#', '*.#']],
    ['a..c', ['#', 'a.*.c', 'a.#.c', '#.c', '#.#', '*.#', 'a..c']],
    ['', ['#', '#.#', '']],
    ['other', ['#', '*', '#.#', '*.#']],
    ['compute.', ['compute.*', '#', 'compute.#', '#.#', '*.#']],
    ['*', ['#', '*', '#.#', '*.#']],
  ] as const)('%s', async ([routingKey, expected]) => {
    await using scene = await sceneOn(broker);
    await bindEach(scene.channel, 'amq.topic', keys);
    scene.channel.publish('amq.topic', routingKey, body);
    expect(await reached(scene.channel, keys)).toEqual(expected);
  });

  test('anew after each change of the bindings', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await bindEach(channel, 'amq.topic', ['a.*', 'a.#']);
    channel.publish('amq.topic', 'a.b', body);
    expect(await reached(channel, ['a.*', 'a.#'])).toEqual(['a.*', 'a.#']);
    await channel.unbindQueue('q:a.*', 'amq.topic', 'a.*');
    channel.publish('amq.topic', 'a.b', body);
    expect(await reached(channel, ['a.*', 'a.#'])).toEqual(['a.#']);
    await channel.deleteQueue('q:a.#');
    await channel.bindQueue('q:a.*', 'amq.topic', '*.b');
    channel.publish('amq.topic', 'a.b', body);
    expect(await reached(channel, ['a.*'])).toEqual(['a.*']);
  });
});

describe.each(await brokersUnderTest())('$name routes', (broker) => {
  test('by the default exchange to the queue of that name', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('a');
    await channel.assertQueue('b');
    channel.publish('', 'a', body);
    await settled(channel);
    expect([await drain(channel, 'a'), await drain(channel, 'b')]).toEqual([['x'], []]);
  });

  test('by a direct exchange to every queue bound with that key', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await bindEach(channel, 'amq.direct', ['red', 'blue']);
    await channel.bindQueue('q:blue', 'amq.direct', 'red');
    channel.publish('amq.direct', 'red', body);
    expect(await reached(channel, ['red', 'blue'])).toEqual(['red', 'blue']);
    channel.publish('amq.direct', 'blue', body);
    expect(await reached(channel, ['red', 'blue'])).toEqual(['blue']);
  });

  test('by a fanout exchange to every queue, whatever the key', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await bindEach(channel, 'amq.fanout', ['red', 'blue', '']);
    channel.publish('amq.fanout', 'green', body);
    expect(await reached(channel, ['red', 'blue', ''])).toEqual(['red', 'blue', '']);
  });

  test('a message once to a queue that is bound twice', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    for (const key of ['a.*', '*.b', 'a.b', '#']) await channel.bindQueue('q', 'amq.topic', key);
    channel.publish('amq.topic', 'a.b', body);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual(['x']);
  });

  test('no more after one of two equal bindings is undone', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertQueue('q');
    for (let time = 0; time < 2; time += 1) await channel.bindQueue('q', 'amq.direct', 'k');
    await channel.unbindQueue('q', 'amq.direct', 'k');
    channel.publish('amq.direct', 'k', body);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual([]);
  });

  test('through an exchange bound to an exchange', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertExchange('inner', 'fanout');
    await channel.assertQueue('q');
    await channel.bindExchange('inner', 'amq.topic', 'a.#');
    await channel.bindQueue('q', 'inner', '');
    // And back: a ring must not go on for ever.
    await channel.bindExchange('amq.topic', 'inner', 'a.#');
    channel.publish('amq.topic', 'a.b', body);
    channel.publish('amq.topic', 'c', body);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual(['x']);
    await channel.unbindExchange('inner', 'amq.topic', 'a.#');
    channel.publish('amq.topic', 'a.b', body);
    await settled(channel);
    expect(await drain(channel, 'q')).toEqual([]);
  });

  test('to the alternate exchange what nobody else wants', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertExchange('e', 'direct', { alternateExchange: 'amq.fanout' });
    await channel.assertQueue('wanted');
    await channel.assertQueue('unwanted');
    await channel.bindQueue('wanted', 'e', 'k');
    await channel.bindQueue('unwanted', 'amq.fanout', '');
    channel.publish('e', 'k', Buffer.from('1'));
    channel.publish('e', 'other', Buffer.from('2'));
    await settled(channel);
    expect([await drain(channel, 'wanted'), await drain(channel, 'unwanted')]).toEqual([['1'], ['2']]);
  });

  test('to the further keys of CC and BCC, and hides BCC', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    for (const queue of ['a', 'b', 'c']) await channel.assertQueue(queue);
    channel.publish('', 'a', body, { headers: { CC: ['b'], BCC: ['c'], own: 1 } });
    await settled(channel);
    for (const queue of ['a', 'b', 'c']) {
      const message = await until(() => channel.get(queue, { noAck: true }));
      expect(message).toMatchObject({ fields: { routingKey: 'a' }, properties: { headers: { CC: ['b'], own: 1 } } });
      expect(message.properties.headers).not.toHaveProperty('BCC');
    }
  });

  test('nowhere without complaint when nobody asked to be told', async () => {
    await using scene = await sceneOn(broker);
    scene.channel.publish('amq.direct', 'nobody', body);
    await expect(settled(scene.channel)).resolves.toBeUndefined();
  });
});

describe.each(await brokersUnderTest())('$name routes by headers', (broker) => {
  const bindings = {
    all: { 'x-match': 'all', a: 1, b: 'two' },
    any: { 'x-match': 'any', a: 1, b: 'two' },
    unsaid: { a: 1, b: 'two' },
    nothing: {},
    'any of nothing': { 'x-match': 'any' },
    x: { 'x-match': 'all', 'x-own': 'y' },
    'with x': { 'x-match': 'all-with-x', 'x-own': 'y' },
  };

  test.for([
    ['all of them', { a: 1, b: 'two' }, ['all', 'any', 'unsaid', 'nothing', 'x']],
    ['one of them', { a: 1 }, ['any', 'nothing', 'x']],
    ['one with another value', { a: 1, b: 'three' }, ['any', 'nothing', 'x']],
    ['none', {}, ['nothing', 'x']],
    ['a number for a text', { a: '1', b: 'two' }, ['any', 'nothing', 'x']],
    ['one that begins with x-', { 'x-own': 'y' }, ['nothing', 'x', 'with x']],
  ] as const)('%s', async ([, headers, expected]) => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    for (const [name, args] of Object.entries(bindings)) {
      await channel.assertQueue(`q:${name}`);
      await channel.bindQueue(`q:${name}`, 'amq.headers', '', args);
    }
    channel.publish('amq.headers', 'ignored', body, { headers });
    const found = await reached(channel, Object.keys(bindings));
    expect(found.filter((name) => name !== 'any of nothing')).toEqual(expected);
  });
});

describe.each(await brokersUnderTest())('an auto-delete exchange on $name', (broker) => {
  test('goes with its last binding, not before its first', async () => {
    await using scene = await sceneOn(broker);
    const { channel } = scene;
    await channel.assertExchange('e', 'fanout', { autoDelete: true, durable: false });
    await channel.assertQueue('a');
    await channel.assertQueue('b');
    await channel.checkExchange('e');
    await channel.bindQueue('a', 'e', '');
    await channel.bindQueue('b', 'e', '');
    await channel.deleteQueue('a');
    await channel.checkExchange('e');
    await channel.unbindQueue('b', 'e', '');
    await expect(channel.checkExchange('e')).rejects.toThrow("no exchange 'e'");
  });

  test('goes when the connection of its only, exclusive, queue goes', async () => {
    await using scene = await sceneOn(broker);
    const other = await clientOn(scene.bus.url);
    const theirs = await other.channel();
    await theirs.assertExchange('e', 'fanout', { autoDelete: true, durable: false });
    const { queue } = await theirs.assertQueue('', { exclusive: true });
    await theirs.bindQueue(queue, 'e', '');
    await other.connection.close();
    await expect(scene.channel.checkExchange('e')).rejects.toThrow("no exchange 'e'");
  });
});
