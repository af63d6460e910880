import { createServer } from 'node:net';
import { type BrokerEvent, startBroker } from '@novasim/broker';
import { until } from '@novasim/testkit';
import { connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { clientOn } from './contract/clients.ts';
import { open, protocolHeader, RawClient, rawClient, startOk, tuneOk } from './contract/raw-client.ts';

describe('the embedded broker', () => {
  test('names its address and percent-encodes what it is asked for', async () => {
    await using broker = await startBroker({ users: { 'a b': 'p@ss/word' } });
    expect(broker.host).toBe('127.0.0.1');
    expect(broker.url('nova/eu')).toBe(`amqp://a%20b:p%40ss%2Fword@127.0.0.1:${broker.port}/nova%2Feu`);
    expect(broker.url()).toBe(`amqp://a%20b:p%40ss%2Fword@127.0.0.1:${broker.port}/%2F`);
    const connection = await connect(broker.url('nova/eu'));
    expect(broker.inspect('nova/eu').connections).toHaveLength(1);
    await connection.close();
  });

  test('rejects with the reason when its port is taken', async () => {
    await using taken = await startBroker();
    await expect(startBroker({ port: taken.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('knows only the virtual hosts it was given, when it was given some', async () => {
    await using broker = await startBroker({ vhosts: ['nova'] });
    const connection = await connect(broker.url('nova'));
    await connection.close();
    await using raw = new RawClient(broker.url('other'));
    raw.send(protocolHeader, startOk(), tuneOk(), open('other'));
    expect(await raw.closeReason()).toMatchObject({ code: 530, text: 'NOT_ALLOWED - vhost other not found' });
  });

  test('shows what is on a virtual host', async () => {
    await using broker = await startBroker();
    await using client = await clientOn(broker.url('v'), 'nova-compute:1');
    const channel = await client.channel();
    await channel.assertQueue('q', { durable: false, arguments: { 'x-expires': 60_000 } });
    channel.sendToQueue('q', Buffer.from('1'));
    channel.sendToQueue('q', Buffer.from('2'));
    await channel.prefetch(1);
    await channel.consume('q', () => {}, { consumerTag: 't' });
    const { queues, connections, exchanges } = broker.inspect('v');
    expect(queues).toEqual([
      {
        name: 'q',
        type: 'classic',
        durable: false,
        auto_delete: false,
        exclusive: false,
        arguments: { 'x-expires': 60_000 },
        messages_ready: 1,
        messages_unacknowledged: 1,
        consumers: 1,
      },
    ]);
    expect(connections).toMatchObject([
      {
        user: 'guest',
        channels: 1,
        client_properties: { connection_name: 'nova-compute:1', product: 'amqplib' },
        consumers: [{ queue: 'q', consumer_tag: 't', channel: 1 }],
      },
    ]);
    expect(exchanges.map(({ name }) => name)).toContain('amq.rabbitmq.trace');
  });

  test('traces from the start when it is asked to', async () => {
    await using broker = await startBroker({ tracing: ['v'] });
    expect([broker.inspect('v').tracing, broker.inspect('w').tracing]).toEqual([true, false]);
  });

  test('takes its leave of clients when it closes, and closing twice is harmless', async () => {
    const broker = await startBroker();
    const client = await clientOn(broker.url());
    const idle = new RawClient(broker.url());
    await Promise.all([broker.close(), broker.close()]);
    expect(await client.refused).toMatchObject({
      code: 320,
      text: "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
    });
    await idle.ended();
    // The port is free again.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(broker.port, broker.host, resolve));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  test('drops a virtual host with its connections', async () => {
    await using broker = await startBroker();
    await using client = await clientOn(broker.url('v'));
    await (await client.channel()).assertQueue('q');
    expect(broker.deleteVhost('v')).toBe(true);
    expect(await client.refused).toMatchObject({ code: 320 });
    expect([broker.deleteVhost('v'), broker.inspect('v').queues]).toEqual([false, []]);
  });

  test('refuses a stream queue with a clear error', async () => {
    await using broker = await startBroker();
    await using client = await clientOn(broker.url('v'));
    const channel = await client.channel();
    const asked = channel.assertQueue('q', { arguments: { 'x-queue-type': 'stream' } });
    await expect(asked).rejects.toThrow();
    expect(await client.refused).toEqual({
      scope: 'connection',
      code: 540,
      text: "NOT_IMPLEMENTED - queue type 'stream' of queue 'q' in vhost 'v' is not available on this broker",
    });
  });

  test('tells its owner who came, who went and who was wrong', async () => {
    const events: BrokerEvent[] = [];
    await using broker = await startBroker({ log: (event) => events.push(event) });
    const client = await clientOn(broker.url('v'));
    const channel = await client.channel();
    await channel.checkQueue('nope').catch(() => {});
    await client.connection.close();
    await until(() => events.some(({ kind }) => kind === 'disconnected'));
    expect(events.map(({ kind }) => kind)).toEqual(['listening', 'connected', 'channel-error', 'disconnected']);
    expect(events[2]?.text).toBe("NOT_FOUND - no queue 'nope' in vhost 'v'");
  });
});

describe('rubbish on the wire', () => {
  test('ends the connection that sent it, never the broker', async () => {
    await using broker = await startBroker();
    let seed = 42;
    const random = () => {
      // A fixed sequence (Numerical Recipes' generator), so that a failure can be seen again.
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed;
    };
    for (let round = 0; round < 60; round += 1) {
      await using client = await rawClient(broker.url('v'));
      const size = random() % 200;
      const payload = Buffer.from(Array.from({ length: size }, () => random() >>> 24));
      // Known classes and methods, so that the rubbish reaches the readers of arguments.
      if (size >= 4) payload.set([0, [10, 20, 40, 50, 60, 85, 90][random() % 7] ?? 0, 0, random() % 120], 0);
      const head = Buffer.from([1 + (random() % 3), 0, random() % 2, 0, 0, 0, size]);
      client.send(head, payload, Buffer.of(0xce));
      client.send(Buffer.from('rubbish'));
      const { what } = await client.closeReason();
      expect(['connection.close', 'channel.close', 'end']).toContain(what);
    }
    await using witness = await clientOn(broker.url('v'));
    await expect((await witness.channel()).assertQueue('q')).resolves.toMatchObject({ queue: 'q' });
  });
});
