import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { connect, type RequestContext, RpcClient, serve } from '../src/index.ts';
import { clientOn, deadlineMs, serveProbe } from './probe.ts';
import { hasPython, rabbitUrl, startPython } from './python-peer.ts';
import { rawPeerOn } from './raw-peer.ts';

/** The method of the Python peer that is used here. */
interface EchoEndpoint {
  echo(context: RequestContext, args: { value: unknown }): unknown;
}

const brokers = await brokersUnderTest();
const value = { text: 'é 😀'.repeat(10_000), list: [1, null] };
const withGzip = { options: { kombu_compression: 'gzip' } };

describe.each(brokers)('on $name', (broker) => {
  test.for(['gzip', 'zlib', 'brotli', 'zstd'])('requests and replies travel compressed by %s', async (method) => {
    await using bus = await freshBus(broker);
    const connectOptions = { options: { kombu_compression: method } };
    await using _server = await serveProbe(bus, { server: 'a', connectOptions });
    await using peer = await clientOn(bus, 'demo', connectOptions);
    expect(await peer.client.call({}, 'echo', { value })).toEqual(value);
    const mandatory = peer.client.prepare({ server: 'nobody', atLeastOnce: true });
    await expect(mandatory.call({}, 'nothing', {})).rejects.toMatchObject({ name: 'MessageUndeliverable' });
  });

  test('a compressed message has kombu’s header, and a body that is small', async () => {
    await using bus = await freshBus(broker);
    await (await serveProbe(bus, { server: 'a' }))[Symbol.asyncDispose]();
    await using peer = await clientOn(bus, 'demo', withGzip);
    await peer.client.cast({}, 'record', { value });
    await using raw = await rawPeerOn(bus);
    const message = await raw.channel.get('demo', { noAck: true });
    if (message === false) throw new Error('no message');
    expect(message.properties.headers).toEqual({ compression: 'application/x-gzip' });
    expect(message.properties).toMatchObject({ contentType: 'application/json', contentEncoding: 'utf-8' });
    expect(message.content.length).toBeLessThan(5_000);
  });
});

describe.each((await hasPython()) ? [...brokers] : [])('with Python on $name', (broker) => {
  test('a client of ours and a server of Python’s compress both ways', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    const url = `${rabbitUrl(bus)}?kombu_compression=gzip`;
    await using _server = await startPython('server.py', ['--url', url, '--topic', 'demo', '--server', 's1']);
    await using transport = await connect(url, { responseTimeoutMs: deadlineMs });
    const client = new RpcClient<EchoEndpoint>(transport, { topic: 'demo' });
    expect(await client.call({}, 'echo', { value })).toEqual(value);
  });

  test('a client of Python’s and a server of ours compress both ways', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    const url = `${rabbitUrl(bus)}?kombu_compression=gzip`;
    await using transport = await connect(url);
    const echo = { echo: (_context: RequestContext, args: { value: unknown }) => args.value };
    await using _server = await serve(transport, { topic: 'demo', server: 's1' }, [echo]);
    await using peer = await startPython('client.py', ['--url', url, '--topic', 'demo', '--batch']);
    expect(await peer.ask({ method: 'echo', kwargs: { value } })).toMatchObject({ ok: true, result: value });
  });
});
