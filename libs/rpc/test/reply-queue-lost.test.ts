import { type Bus, brokersUnderTest, freshBus, hasLocalRabbitmq, startLocalRabbitmq, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { type ConnectOptions, connect, ReplyQueueLost, RpcClient, serve } from '../src/index.ts';
import { clientOn, deadlineMs, Probe, serveProbe } from './probe.ts';
import { proxyTo } from './proxy.ts';
import { rawPeerOn } from './raw-peer.ts';

/** Names of the reply queues that are there. */
async function replyQueues(bus: Bus): Promise<string[]> {
  return (await bus.topology()).queues.map(({ name }) => name).filter((name) => name.startsWith('reply_'));
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a call whose reply queue is deleted while its connection is away fails at once and says so', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using proxy = await proxyTo(bus.url);
    await using peer = await clientOn({ ...bus, url: proxy.url });
    await using raw = await rawPeerOn(bus);
    const calling = expect(peer.client.call({}, 'hold', { value: 'lost' })).rejects.toMatchObject({
      name: 'ReplyQueueLost',
      retryable: true,
      call: { isConfirmed: true, method: 'hold', topic: 'demo' },
      message: expect.stringMatching(
        /^no reply from demo to hold can come any more: reply queue 'reply_\w+' was gone when .*\(the broker had confirmed/,
      ),
    });
    await server.probe.seen(1);
    await peer.client.cast({}, 'nothing', {}); // confirmed, and so is what went before it
    const lost = new Promise((resolve) => peer.transport.on('lost', resolve));
    await proxy.cut();
    await lost;
    const [queue = ''] = await replyQueues(bus);
    await raw.channel.deleteQueue(queue);
    await proxy.mend();
    await calling;
    server.probe.release();
    expect(await peer.client.call({}, 'echo', { value: 'next' })).toBe('next');
    expect(await replyQueues(bus)).toEqual([queue]);
  });

  test('a call whose reply queue expires while its connection is away fails at once', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using proxy = await proxyTo(bus.url);
    const options = { rabbit_transient_queues_ttl: 1 };
    await using peer = await clientOn({ ...bus, url: proxy.url }, 'demo', { options });
    const calling = expect(peer.client.call({}, 'hold', { value: 'lost' })).rejects.toThrow(ReplyQueueLost);
    await server.probe.seen(1);
    await proxy.cut();
    await until(async () => (await replyQueues(bus)).length === 0, {
      withinMs: deadlineMs,
      what: 'the queue to expire',
    });
    await proxy.mend();
    await calling;
    server.probe.release();
  });

  test('a call whose reply queue is deleted under it fails at once', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    const calling = expect(peer.client.call({}, 'hold', { value: 'lost' })).rejects.toThrow(ReplyQueueLost);
    await server.probe.seen(1);
    const [queue = ''] = await replyQueues(bus);
    await raw.channel.deleteQueue(queue);
    await calling;
    server.probe.release();
    expect(await peer.client.call({}, 'echo', { value: 'next' })).toBe('next');
  });

  test('a call made while no connection stands goes on, though the reply queue is made anew for it', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using proxy = await proxyTo(bus.url);
    await using peer = await clientOn({ ...bus, url: proxy.url });
    await using raw = await rawPeerOn(bus);
    await peer.client.call({}, 'nothing', {});
    const { transport } = peer;
    const bothLost = new Promise<void>((resolve) => {
      const purposes = new Set<string>();
      transport.on('lost', ({ purpose }) => {
        if (purposes.add(purpose).size === 2) resolve();
      });
    });
    await proxy.cut();
    await bothLost;
    const queue = (await replyQueues(bus))[0] ?? '';
    await raw.channel.deleteQueue(queue);
    const calling = peer.client.call({}, 'echo', { value: 'made in between' });
    await proxy.mend();
    expect(await calling).toBe('made in between');
  });
});

describe.skipIf(!(await hasLocalRabbitmq()))('when RabbitMQ is started anew', () => {
  const survives: readonly (readonly [string, ConnectOptions])[] = [
    ['a durable', { durableTransient: true }],
    ['a quorum', { options: { rabbit_quorum_queue: true, rabbit_transient_quorum_queue: true } }],
  ];

  test('calls in flight complete where their reply queue survives, and fail at once where it does not', {
    timeout: 120_000,
  }, async () => {
    await using broker = await startLocalRabbitmq();
    const flights = [['a transient', {}] as const, ...survives].map(async ([kind, options], index) => {
      const probe = new Probe();
      const topic = `restart-${index}`;
      const exchange = { controlExchange: topic, responseTimeoutMs: 60_000 };
      const serving = await connect(broker.address.url, { ...options, ...exchange });
      await serve(serving, { topic, server: 'a' }, [probe]);
      const transport = await connect(broker.address.url, { ...options, ...exchange });
      const client = new RpcClient<Probe>(transport, { topic });
      const outcome = client.call({}, 'hold', { value: kind }).catch((error: Error) => error.name);
      await probe.seen(1);
      return { kind, probe, client, outcome, transports: [transport, serving] };
    });
    const all = await Promise.all(flights);
    await using _closing = {
      [Symbol.asyncDispose]: async () => {
        await Promise.all(all.flatMap(({ transports }) => transports.map((transport) => transport.close())));
      },
    };
    await broker.restart();
    const [lost, ...kept] = all;
    expect(await lost?.outcome).toBe('ReplyQueueLost');
    for (const { probe } of all) probe.release();
    expect(await Promise.all(kept.map(({ outcome }) => outcome))).toEqual(['a durable', 'a quorum']);
    for (const { client } of all) expect(await client.call({}, 'echo', { value: 'after' })).toBe('after');
  });
});
