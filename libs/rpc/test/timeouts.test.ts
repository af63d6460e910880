import { type Bus, brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { type ConnectOptions, connect, MessagingTimeout, RpcClient } from '../src/index.ts';
import { clientOn, type Probe, type ProbeClient, serveProbe } from './probe.ts';
import { proxyTo } from './proxy.ts';

/** Long enough for a confirm on a busy machine. */
const timeoutMs = 500;

/** A client that has opened all that takes time. */
async function readyClientOn(bus: Pick<Bus, 'url'>): Promise<ProbeClient> {
  const peer = await clientOn(bus);
  await peer.client.cast({}, 'nothing', {});
  return peer;
}

type Changes = Parameters<ProbeClient['client']['prepare']>[0];

/** What a call that gets no answer in time is told. */
async function timeoutOf({ client }: ProbeClient, changes: Changes): Promise<MessagingTimeout> {
  const error = await client
    .prepare({ timeoutMs, ...changes })
    .call({}, 'hold', { value: 1 })
    .catch((reason: unknown) => reason);
  if (error instanceof MessagingTimeout) return error;
  throw error;
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a call whose method goes on says that a server is there', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await readyClientOn(bus);
    const madeAt = Date.now();
    const { message, call, retryable } = await timeoutOf(peer, {});
    expect(message).toMatch(
      /^no reply from demo to hold within 500 ms \(the broker had confirmed the request at 20\S+Z; 127\.0\.0\.1:\d+; queue 'demo' has 1 consumer now, no messages wait in it\)$/,
    );
    expect(retryable).toBe(true);
    expect(call).toMatchObject({
      isConfirmed: true,
      isRouted: undefined,
      isMonitor: false,
      host: new URL(bus.url).host,
      queue: { name: 'demo', exists: true, consumers: 1, messages: 0 },
    });
    expect(call.sentAt?.getTime()).toBeGreaterThanOrEqual(madeAt);
    expect(call.confirmedAt?.getTime()).toBeGreaterThanOrEqual(call.sentAt?.getTime() ?? Number.POSITIVE_INFINITY);
    server.probe.release();
    expect(await peer.client.call({}, 'echo', { value: 'still works' })).toBe('still works');
  });

  test('a call to a server that left says that nobody consumes its queue, and how many messages wait', async () => {
    await using bus = await freshBus(broker);
    await (await serveProbe(bus, { server: 'h3' }))[Symbol.asyncDispose]();
    await using peer = await readyClientOn(bus);
    const away = peer.client.prepare({ server: 'h3' });
    await Promise.all([1, 2, 3].map((value) => away.cast({}, 'record', { value })));
    const { message, call } = await timeoutOf(peer, { server: 'h3' });
    expect(message).toMatch(
      /^no reply from demo.h3 to hold .* queue 'demo.h3' has no consumer now, [34] messages wait/,
    );
    expect(call.queue).toMatchObject({ name: 'demo.h3', exists: true, consumers: 0 });
  });

  test('a call to a topic that nobody ever served says that there is no such queue', async () => {
    await using bus = await freshBus(broker);
    await using peer = await readyClientOn(bus);
    const { message, call } = await timeoutOf(peer, { topic: 'nobody' });
    expect(message).toMatch(/the broker had confirmed .*; queue 'nobody' does not exist now\)$/);
    expect(call.queue).toEqual({ name: 'nobody', exists: false, messages: 0, consumers: 0 });
  });

  test('a call waits as long as rpc_response_timeout says, in the URL first, then in the program', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    const waitOf = async (query: string, options: ConnectOptions): Promise<unknown> => {
      await using transport = await connect(`${bus.url}${query}`, options);
      const client = new RpcClient<Probe>(transport, { topic: 'demo' });
      const error: unknown = await client.call({}, 'hold', { value: 1 }).catch((reason: unknown) => reason);
      return (error as MessagingTimeout).call.timeoutMs;
    };
    const options = { rpc_response_timeout: 0.05 };
    expect(await waitOf('', { options })).toBe(50);
    expect(await waitOf('', { options, responseTimeoutMs: 60 })).toBe(60);
    expect(await waitOf('?rpc_response_timeout=0.07', { options, responseTimeoutMs: 60 })).toBe(70);
    server.probe.release();
  });

  test('a mandatory call says that a queue had taken it', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await readyClientOn(bus);
    const { message, call } = await timeoutOf(peer, { atLeastOnce: true });
    expect(message).toMatch(/confirmed the request at \S+, a queue had taken it;/);
    expect(call.isRouted).toBe(true);
    server.probe.release();
  });

  test('many calls that time out together are all told', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await readyClientOn(bus);
    const servers = Array.from({ length: 60 }, (_, n) => `h${n % 20}`);
    const errors = await Promise.all([
      ...servers.map((name) => timeoutOf(peer, { server: name })),
      ...servers.map(() => timeoutOf(peer, {})),
    ]);
    expect(errors.map(({ call }) => call.queue?.exists)).toEqual([
      ...servers.map(() => false),
      ...servers.map(() => true),
    ]);
    server.probe.release();
  });

  test('a call that no broker confirmed ends at its timeout too, says so, and is not sent later', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using proxy = await proxyTo(bus.url);
    await using peer = await readyClientOn({ ...bus, url: proxy.url });
    await peer.client.call({}, 'nothing', {});
    const { transport } = peer;
    const lost = new Promise((resolve) => transport.on('lost', resolve));
    await proxy.cut();
    await lost;
    const { message, call } = await timeoutOf(peer, {});
    expect(message).toMatch(/\(the broker had not confirmed the request made at \S+Z; no broker is connected\)$/);
    expect(call).toMatchObject({ isConfirmed: false, confirmedAt: undefined, host: undefined, queue: undefined });
    await proxy.mend();
    await peer.client.call({}, 'record', { value: 'after' });
    expect(server.probe.heard).toEqual(['after']);
  });

  test('a call to a broker that has fallen silent says that it is not confirmed', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using proxy = await proxyTo(bus.url);
    await using peer = await readyClientOn({ ...bus, url: proxy.url });
    await peer.client.call({}, 'nothing', {});
    proxy.muteBroker();
    const { message, call } = await timeoutOf(peer, {});
    expect(message).toMatch(/had not confirmed the request made at \S+Z; connected to 127\.0\.0\.1:\d+\)$/);
    expect(call).toMatchObject({ isConfirmed: false, host: new URL(proxy.url).host, queue: undefined });
    server.probe.release();
    await proxy.cut();
    await proxy.mend();
  });
});
