import { brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import {
  connect,
  InvalidOption,
  InvalidTarget,
  InvalidVersion,
  MessageDeliveryFailure,
  MessageUndeliverable,
  MessagingTimeout,
  RemoteError,
  RPCVersionCapError,
  RpcClient,
  remoteFailureOf,
  serve,
  ValueError,
} from '../src/index.ts';
import { clientOn, Probe, serveProbe } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a call returns what the method returns', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const value = { text: 'é 😀', big: 2n ** 64n + 1n, list: [Number.NaN, Number.NEGATIVE_INFINITY, null, 0.5] };
    expect(await peer.client.call({}, 'echo', { value })).toEqual(value);
    expect(await peer.client.call({}, 'nothing', {})).toBeNull();
  });

  test('an argument may have any name, and time without end', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, {
      server: 'a',
      endpoints: () => [{ args: (_: object, args: object) => args }],
    });
    await using peer = await clientOn(bus);
    const client = new RpcClient<{ args(context: object, args: object): object }>(peer.transport, { topic: 'demo' });
    const args = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2 }');
    const answer = await client.prepare({ timeoutMs: Number.POSITIVE_INFINITY }).call({}, 'args', args);
    expect(JSON.stringify(answer)).toBe(JSON.stringify(args));
  });

  test('a body of several megabytes travels both ways', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const value = 'x'.repeat(6_000_000);
    expect(await peer.client.call({}, 'echo', { value })).toBe(value);
  });

  test('the context travels with the request', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const context = { request_id: 'req-1', roles: ['member'], is_admin: false, quota: null };
    expect(await peer.client.call(context, 'ctx', {})).toEqual(context);
  });

  test('a request to a server reaches that server only', async () => {
    await using bus = await freshBus(broker);
    await using _a = await serveProbe(bus, { server: 'a' });
    await using _b = await serveProbe(bus, { server: 'b' });
    await using peer = await clientOn(bus);
    expect(await peer.client.prepare({ server: 'a' }).call({}, 'whoami', {})).toBe('a');
    expect(await peer.client.prepare({ server: 'b' }).call({}, 'whoami', {})).toBe('b');
  });

  test('requests to a topic are spread over its servers, each served once', async () => {
    await using bus = await freshBus(broker);
    await using a = await serveProbe(bus, { server: 'a' });
    await using b = await serveProbe(bus, { server: 'b' });
    await using peer = await clientOn(bus);
    const values = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(values.map((value) => peer.client.call({}, 'record', { value })));
    const heard = [...a.probe.heard, ...b.probe.heard] as number[];
    expect(heard.toSorted((x, y) => x - y)).toEqual(values);
    expect([a.probe.heard.length > 0, b.probe.heard.length > 0]).toEqual([true, true]);
  });

  test('a fanout cast reaches each server of the topic once', async () => {
    await using bus = await freshBus(broker);
    await using a = await serveProbe(bus, { server: 'a' });
    await using b = await serveProbe(bus, { server: 'b' });
    await using peer = await clientOn(bus);
    await peer.client.prepare({ fanout: true }).cast({}, 'record', { value: 1 });
    await peer.client.prepare({ fanout: true }).cast({}, 'record', { value: 2 });
    await Promise.all([a.probe.seen(2), b.probe.seen(2)]);
    expect([a.probe.heard, b.probe.heard]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('a cast resolves when the broker has it, and waits in the queue of a server that is away', async () => {
    await using bus = await freshBus(broker);
    await (await serveProbe(bus, { server: 'a' }))[Symbol.asyncDispose]();
    await using peer = await clientOn(bus);
    await peer.client.prepare({ server: 'a' }).cast({}, 'record', { value: 'kept' });
    await using back = await serveProbe(bus, { server: 'a' });
    await back.probe.seen(1);
    expect(back.probe.heard).toEqual(['kept']);
  });

  test('a fanout works again after the last server left and another came', async () => {
    await using bus = await freshBus(broker);
    await using peer = await clientOn(bus);
    const fanout = peer.client.prepare({ fanout: true });
    {
      await using first = await serveProbe(bus, { server: 'a' });
      await fanout.cast({}, 'record', { value: 1 });
      await first.probe.seen(1);
    }
    await fanout.cast({}, 'record', { value: 'nobody is there' });
    await using second = await serveProbe(bus, { server: 'a' });
    await fanout.cast({}, 'record', { value: 2 });
    await second.probe.seen(1);
    expect(second.probe.heard).toEqual([2]);
  });

  test('a failure arrives as its own class when it is builtin, with the remote stack beside it', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const error = await peer.client.call({}, 'fail', { message: 'boom' }).catch((reason) => reason);
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toBe('boom');
    expect(remoteFailureOf(error)).toMatchObject({ class: 'ValueError', module: 'builtins', args: ['boom'] });
  });

  test('an unknown method is RemoteError NoSuchMethod', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const error = await peer.client.call({}, 'nope' as 'nothing', {}).catch((reason) => reason);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ excType: 'NoSuchMethod', value: 'Endpoint does not support RPC method nope' });
  });

  test('a result that JSON cannot hold is answered with a failure', async () => {
    await using bus = await freshBus(broker);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const refusing = {
      toJSON: () => {
        throw new ValueError('not for others');
      },
    };
    const results: unknown[] = [cycle, refusing, Array.from({ length: 50_000 }).reduce((inner) => [inner], [])];
    await using _server = await serveProbe(bus, { server: 'a', endpoints: () => [{ nothing: () => results.shift() }] });
    await using peer = await clientOn(bus);
    await expect(peer.client.call({}, 'nothing', {})).rejects.toThrow(/circular/);
    await expect(peer.client.call({}, 'nothing', {})).rejects.toThrow(ValueError);
    await expect(peer.client.call({}, 'nothing', {})).rejects.toThrow(/call stack/);
  });

  test('a mandatory request without a queue is undeliverable at once', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const nobody = peer.client.prepare({ server: 'nobody', atLeastOnce: true });
    await expect(nobody.call({}, 'nothing', {})).rejects.toThrow(MessageUndeliverable);
    await expect(nobody.cast({}, 'nothing', {})).rejects.toMatchObject({ routingKey: 'demo.nobody' });
    expect(await peer.client.prepare({ server: 'a', atLeastOnce: true }).call({}, 'whoami', {})).toBe('a');
  });

  test('a name too long for AMQP fails the request, and only that', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const long = peer.client.prepare({ server: 'x'.repeat(300) });
    const others = [1, 2, 3].map((value) => peer.client.call({}, 'echo', { value }));
    await expect(long.call({}, 'whoami', {})).rejects.toThrow(/routing key has 305 bytes, AMQP allows 255/);
    expect(await Promise.all(others)).toEqual([1, 2, 3]);
  });

  test('a message that the broker refuses fails, and those beside it arrive', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    const closing = peer.client.prepare({ exchange: 'closing' });
    await closing.cast({}, 'nothing', {});
    await raw.channel.deleteExchange('closing');
    await raw.channel.assertExchange('closing', 'topic', { durable: false, internal: true });
    const values = Array.from({ length: 20 }, (_, n) => n);
    const casts = values.map((value) => peer.client.cast({}, 'record', { value }));
    const refused = closing.cast({}, 'record', { value: 'refused' });
    await expect(refused).rejects.toThrow(MessageDeliveryFailure);
    await expect(refused).rejects.toThrow(/ACCESS[_-]REFUSED/);
    await Promise.all(casts);
    await server.probe.seen(values.length);
    expect(server.probe.heard.toSorted((a, b) => Number(a) - Number(b))).toEqual(values);
  });

  test('an unserved request is gone from the queue when its caller gave up', async () => {
    await using bus = await freshBus(broker);
    await (await serveProbe(bus, { server: 'a' }))[Symbol.asyncDispose]();
    await using peer = await clientOn(bus);
    const short = peer.client.prepare({ server: 'a', timeoutMs: 100 });
    await expect(short.call({}, 'record', { value: 'too late' })).rejects.toThrow(MessagingTimeout);
    await peer.client.prepare({ server: 'a' }).cast({}, 'record', { value: 'kept' });
    await using back = await serveProbe(bus, { server: 'a' });
    await back.probe.seen(1);
    expect(back.probe.heard).toEqual(['kept']);
  });

  test('a signal ends a call with its reason', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const aborter = new AbortController();
    const calling = peer.client.call({}, 'hold', { value: 1 }, { signal: aborter.signal });
    await server.probe.seen(1);
    aborter.abort(new Error('enough'));
    await expect(calling).rejects.toThrow('enough');
    server.probe.release();
    await expect(peer.client.cast({}, 'record', { value: 2 }, { signal: aborter.signal })).rejects.toThrow('enough');
  });

  test('two transports in one process do not get each other’s replies', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using one = await clientOn(bus);
    await using two = await clientOn(bus);
    const values = Array.from({ length: 50 }, (_, n) => n);
    const ask = (peer: typeof one, name: string) =>
      Promise.all(values.map((n) => peer.client.call({}, 'echo', { value: `${name}-${n}` })));
    expect(await Promise.all([ask(one, 'one'), ask(two, 'two')])).toEqual([
      values.map((n) => `one-${n}`),
      values.map((n) => `two-${n}`),
    ]);
  });

  test('a second exchange keeps topics apart for requests, not for queue names', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url, { controlExchange: 'cloud', responseTimeoutMs: 5_000 });
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [new Probe('a')]);
    expect((await bus.topology()).bindings).toContainEqual(
      expect.objectContaining({ source: 'cloud', destination: 'demo', routing_key: 'demo' }),
    );
    const client = new RpcClient<Probe>(transport, { topic: 'demo' });
    expect(await client.call({}, 'whoami', {})).toBe('a');
    const other = client.prepare({ exchange: 'other', atLeastOnce: true });
    await expect(other.call({}, 'whoami', {})).rejects.toThrow(MessageUndeliverable);
  });

  test('closing a client leaves no reply queue behind', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    const peer = await clientOn(bus);
    await peer.client.call({}, 'nothing', {});
    const replyQueues = async () =>
      (await bus.topology()).queues.filter(({ name }) => name.startsWith('reply_')).length;
    expect(await replyQueues()).toBe(1);
    await peer[Symbol.asyncDispose]();
    await until(async () => (await replyQueues()) === 0, { what: 'the reply queue to go' });
    await expect(peer.client.call({}, 'nothing', {})).rejects.toMatchObject({ name: 'TransportClosed' });
  });
});

describe('before anything is sent', () => {
  test('a call cannot be fanout, and a topic is required', async () => {
    await using bus = await freshBus();
    await using peer = await clientOn(bus);
    await expect(peer.client.prepare({ fanout: true }).call({}, 'nothing', {})).rejects.toThrow(InvalidTarget);
    await expect(peer.client.prepare({ topic: null }).cast({}, 'nothing', {})).rejects.toThrow(InvalidTarget);
  });

  test('the version cap holds back what is above it', async () => {
    await using bus = await freshBus();
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const capped = peer.client.prepare({ versionCap: '1.4' });
    expect([capped.canSendVersion('1.4'), capped.canSendVersion('1.5'), capped.canSendVersion()]).toEqual([
      true,
      false,
      false,
    ]);
    await expect(capped.cast({}, 'nothing', {})).rejects.toThrow(RPCVersionCapError);
    await expect(capped.prepare({ version: '1.5' }).call({}, 'nothing', {})).rejects.toThrow(/1.5.*cap 1.4/);
    expect(await capped.prepare({ version: '1.0' }).call({}, 'whoami', {})).toBe('a');
    expect(await capped.prepare({ versionCap: null }).call({}, 'whoami', {})).toBe('a');
    expect(() => capped.prepare({ version: 'latest' })).toThrow(InvalidVersion);
    expect(() => capped.prepare({ versionCap: 'queens' })).toThrow(/version 'queens' is not of the form major\.minor/);
  });

  test('what is no time to wait is refused before it is sent', async () => {
    await using bus = await freshBus();
    await using peer = await clientOn(bus);
    expect(() => peer.client.prepare({ timeoutMs: -1 })).toThrow(/timeoutMs is -1, expected a number of at least 0/);
    expect(() => peer.client.prepare({ callMonitorTimeoutMs: Number.NaN })).toThrow(InvalidOption);
    await expect(connect(bus.url, { responseTimeoutMs: -1 })).rejects.toThrow(InvalidOption);
  });
});
