import { startBroker } from '@novasim/broker';
import { until } from '@novasim/testkit';
import { connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../src/codec/byte-writer.ts';
import { methods } from '../src/codec/methods.ts';
import { methodFrame, rawClient } from './contract/raw-client.ts';

const mebibyte = 1024 * 1024;

/** A queue `q` with a publisher, and a client that does not read until it is told to. */
async function openScene() {
  await using opened = new AsyncDisposableStack();
  const broker = opened.use(await startBroker());
  const connection = await connect(broker.url('v'));
  opened.defer(() => connection.close());
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('q');
  const slow = opened.use(await rawClient(broker.url('v')));
  slow.pause();
  const all = opened.move();
  return { broker, connection, channel, slow, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

describe('a client that does not read', () => {
  test('is sent no more than its socket takes, while others are served', async () => {
    await using scene = await openScene();
    const { broker, connection, channel, slow } = scene;
    slow.send(consume('q', 't'));
    await until(() => broker.inspect('v').queues[0]?.consumers === 1);

    const body = Buffer.alloc(64 * 1024);
    const count = 800;
    for (let sent = 0; sent < count; sent += 1) {
      channel.sendToQueue('q', body);
      if (sent % 50 === 0) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
    // The kernel's buffers take some megabytes; the rest waits in the queue and not in the broker's writes.
    const waiting = (await channel.checkQueue('q')).messageCount;
    expect(waiting).toBeGreaterThan(count / 2);

    const other = await connection.createChannel();
    const first = await until(() => other.get('q', { noAck: true }));
    expect(first.content.length).toBe(body.length);
  });

  test('gets the rest when it reads again', async () => {
    await using scene = await openScene();
    const { channel, slow } = scene;
    slow.send(consume('q', 't'));
    const body = Buffer.alloc(mebibyte);
    for (let sent = 0; sent < 20; sent += 1) channel.sendToQueue('q', body);
    await channel.waitForConfirms();
    slow.resume();
    await slow.expect('basic.consume_ok');
    let bytes = 0;
    while (bytes < 20 * mebibyte) {
      const heard = await slow.next();
      if (heard === undefined) throw new Error('the connection ended');
      if (heard.type === 3) bytes += heard.payload.length;
    }
    expect(bytes).toBe(20 * mebibyte);
  });

  test('is not read from either: what it asks for cannot pile up', async () => {
    await using scene = await openScene();
    const { channel, slow } = scene;
    for (let sent = 0; sent < 60; sent += 1) channel.sendToQueue('q', Buffer.alloc(mebibyte));
    await channel.waitForConfirms();
    const get = methodFrame(1, methods.basicGet, new ByteWriter().u16(0).shortText('q').u8(1).done());
    slow.send(Buffer.concat(Array.from({ length: 10_000 }, () => get)));
    await until(async () => (await channel.checkQueue('q')).messageCount < 60);
    // Its socket takes a few; had the requests all been heard, the queue would be empty.
    const waiting = (await channel.checkQueue('q')).messageCount;
    expect(waiting).toBeGreaterThan(30);
    slow.resume();
    await until(async () => (await channel.checkQueue('q')).messageCount === 0, { withinMs: 10_000 });
  });
});

function consume(queue: string, tag: string): Buffer {
  const noAck = 2;
  const args = new ByteWriter().u16(0).shortText(queue).shortText(tag).u8(noAck).u32(0);
  return methodFrame(1, methods.basicConsume, args.done());
}
