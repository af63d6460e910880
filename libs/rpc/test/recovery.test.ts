import { once } from 'node:events';
import { createServer } from 'node:net';
import { brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { BrokerRefused, connect, InvalidOption, MessageDeliveryFailure, RpcClient, serve } from '../src/index.ts';
import { parseTransportUrl } from '../src/transport-url.ts';
import { clientOn, deadlineMs, Probe, serveProbe } from './probe.ts';
import { proxyTo } from './proxy.ts';
import { rawPeerOn } from './raw-peer.ts';

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a call in flight survives the loss of every connection, with the same reply queue', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await peer.client.call({}, 'nothing', {});
    const queues = async () => (await bus.topology()).queues.map(({ name }) => name);
    const before = await queues();
    const calling = peer.client.call({}, 'hold', { value: 'answer' });
    await server.probe.seen(1);
    await bus.closeConnections();
    server.probe.release();
    expect(await calling).toBe('answer');
    expect(server.probe.heard).toEqual(['answer']);
    expect(await queues()).toEqual(before);
  });

  test('calls and casts go on while connections are closed again and again, and nothing is lost', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    let isOver = false;
    const sent: number[] = [];
    const worker = async (): Promise<void> => {
      while (!isOver) {
        const value = sent.length;
        sent.push(value);
        await peer.client.cast({}, 'record', { value });
        expect(await peer.client.call({}, 'echo', { value })).toBe(value);
      }
    };
    const workers = Promise.all(Array.from({ length: 8 }, worker));
    for (let round = 0; round < 3; round++) {
      const goal = sent.length + 50;
      await until(() => sent.length > goal, { what: 'fifty more requests' });
      await bus.closeConnections();
    }
    isOver = true;
    await workers;
    await server.probe.seen(sent.length);
    expect(server.probe.heard.toSorted((a, b) => Number(a) - Number(b))).toEqual(sent);
  });

  test('requests made while no connection stands are sent when it is back', async () => {
    await using bus = await freshBus(broker);
    await using proxy = await proxyTo(bus.url);
    await using server = await serveProbe(bus, { server: 'a' });
    await using transport = await connect(proxy.url, { responseTimeoutMs: deadlineMs });
    const client = new RpcClient<Probe>(transport, { topic: 'demo' });
    await client.call({}, 'nothing', {});
    const lost = new Promise((resolve) => transport.on('lost', resolve));
    await proxy.cut();
    await lost;
    expect(transport.state).toBe('reconnecting');
    const calls = [1, 2, 3].map((value) => client.call({}, 'echo', { value }));
    const cast = client.cast({}, 'record', { value: 'cast' });
    await proxy.mend();
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    await cast;
    await server.probe.seen(1);
    await until(() => transport.state === 'connected');
  });

  test('a request whose confirm was lost is sent again with the same id, and runs once', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using proxy = await proxyTo(bus.url);
    await using transport = await connect(proxy.url, { responseTimeoutMs: deadlineMs });
    const client = new RpcClient<Probe>(transport, { topic: 'demo' });
    await client.call({}, 'nothing', {});
    proxy.muteBroker(); // what the client sends arrives, what the broker answers does not
    const cast = client.cast({}, 'record', { value: 'once' });
    await server.probe.seen(1);
    await proxy.cut();
    await proxy.mend();
    await cast;
    expect(await client.call({}, 'echo', { value: 'after' })).toBe('after');
    expect(server.probe.heard).toEqual(['once']);
  });

  test('without retries a request fails when no broker can be reached', async () => {
    await using bus = await freshBus(broker);
    await using proxy = await proxyTo(bus.url);
    await using transport = await connect(proxy.url);
    const client = new RpcClient<Probe>(transport, { topic: 'demo' }, { retry: 0 });
    await client.cast({}, 'nothing', {});
    await proxy.cut();
    await expect(client.cast({}, 'nothing', {})).rejects.toThrow(MessageDeliveryFailure);
    await expect(client.call({}, 'nothing', {})).rejects.toThrow(/no broker can be reached/);
    const patient = client.prepare({ retry: null });
    const signal = AbortSignal.timeout(50);
    await expect(patient.call({}, 'nothing', {}, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(patient.cast({}, 'nothing', {}, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('the next host is taken when one is away, at the start and later', async () => {
    await using bus = await freshBus(broker);
    await using one = await proxyTo(bus.url);
    await using two = await proxyTo(bus.url);
    await one.cut();
    const { hosts } = parseTransportUrl(bus.url);
    const [host] = hosts;
    const address = (url: string): string => `${host?.username}:${host?.password}@${new URL(url).host}`;
    await using transport = await connect(`rabbit://${address(one.url)},${address(two.url)}/${bus.vhost}`);
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [new Probe('a')]);
    const client = new RpcClient<Probe>(transport, { topic: 'demo' });
    expect(await client.call({}, 'whoami', {})).toBe('a');
    expect(transport.host).toBe(new URL(two.url).host);
    await one.mend();
    await two.cut();
    expect(await client.call({}, 'whoami', {})).toBe('a');
    expect(transport.host).toBe(new URL(one.url).host);
  });

  test('a server comes back after a channel of its was closed by the broker', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using raw = await rawPeerOn(bus);
    await using peer = await clientOn(bus);
    await raw.channel.deleteQueue('demo');
    await raw.channel.deleteQueue('demo.a');
    const mandatory = peer.client.prepare({ atLeastOnce: true });
    await until(() => mandatory.call({}, 'whoami', {}), { withinMs: deadlineMs });
    expect(server.probe.heard).toEqual([]);
  });

  test('wrong credentials are an error at once, and the password is not in it', async () => {
    await using bus = await freshBus(broker);
    const wrongUser = bus.url.replace(/\/\/[^@]*@/, '//nobody:wrong@');
    await expect(connect(wrongUser)).rejects.toThrow(BrokerRefused);
    await expect(connect(wrongUser)).rejects.not.toThrow(/wrong@/);
  });
});

// The embedded broker makes virtual hosts as they are named.
describe.each((await brokersUnderTest()).filter(({ kind }) => kind !== 'embedded'))('on $name only', (broker) => {
  test('an unknown virtual host is an error at once, naming it', async () => {
    await using bus = await freshBus(broker);
    const wrongHost = bus.url.replace(/\/[^/]*$/, '/nowhere');
    await expect(connect(wrongHost)).rejects.toThrow(BrokerRefused);
    await expect(connect(wrongHost)).rejects.toThrow(/nowhere/);
  });
});

test('closing without a broker ends what runs and what waits', async () => {
  await using bus = await freshBus();
  await using proxy = await proxyTo(bus.url);
  const transport = await connect(proxy.url);
  const probe = new Probe('a');
  await serve(transport, { topic: 'demo', server: 'a' }, [probe]);
  const client = new RpcClient<Probe>(transport, { topic: 'demo' });
  const calling = expect(client.call({}, 'hold', { value: 1 })).rejects.toMatchObject({ name: 'TransportClosed' });
  await probe.seen(1);
  const lost = new Promise((resolve) => transport.on('lost', resolve));
  await proxy.cut();
  await lost;
  const casting = expect(client.cast({}, 'nothing', {})).rejects.toMatchObject({ name: 'TransportClosed' });
  probe.release();
  await transport.close();
  await Promise.all([calling, casting]);
  expect(transport.state).toBe('closed');
});

test('a host that accepts and says nothing does not hold up the signal', async () => {
  const silent = createServer();
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number }; // listens on TCP
  const startedAt = performance.now();
  const connecting = connect(`rabbit://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(50) });
  await expect(connecting).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  silent.close();
});

test('connecting goes on until a broker answers, or its signal ends it', async () => {
  await using bus = await freshBus();
  await using proxy = await proxyTo(bus.url);
  await proxy.cut();
  await expect(connect(proxy.url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' });
  const connecting = connect(proxy.url);
  await proxy.mend();
  await using transport = await connecting;
  expect(transport.state).toBe('connected');
});

test('a misspelt option in the URL is refused before anything is opened', async () => {
  await expect(connect('rabbit://127.0.0.1:1/?heartbeat_treshold=1')).rejects.toThrow(InvalidOption);
});
