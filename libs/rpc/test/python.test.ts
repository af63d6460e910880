import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import {
  BaseEndpoint,
  connect,
  KeyError,
  PythonError,
  RemoteError,
  type RequestContext,
  RpcClient,
  remoteFailureOf,
  serve,
  ValueError,
} from '../src/index.ts';
import { deadlineMs } from './probe.ts';
import { hasPython, rabbitUrl, startPython } from './python-peer.ts';

/** The methods of the Python peer that are used here. */
interface PeerEndpoint {
  echo(context: RequestContext, args: { value: unknown }): unknown;
  add(context: RequestContext, args: { a: number; b: number }): number;
  nothing(): null;
  ctx(): RequestContext;
  which(): string;
  only_b(): string;
  nan(): number[];
  bigint(): bigint;
  sleep(context: RequestContext, args: { seconds: number; value?: unknown }): unknown;
  record(context: RequestContext, args: { key: string; value?: unknown }): void;
  recorded(context: RequestContext, args: { key: string }): unknown[];
  fail(context: RequestContext, args: { kind?: string; message?: string; code?: number }): never;
  _private(): string;
}

class PeerError extends PythonError {
  override readonly module = 'peer_errors';
}

class Main {
  readonly endpointTarget = { version: '1.5' };
  readonly signatures = { echo: ['value'], fail: ['kind?', 'message?', 'code?'] };
  readonly recordedValues: unknown[] = [];

  echo(_context: RequestContext, { value }: { value: unknown }): unknown {
    return value;
  }
  ctx(context: RequestContext): RequestContext {
    return context;
  }
  which(): string {
    return 'A';
  }
  record(_context: RequestContext, { value }: { value: unknown }): void {
    this.recordedValues.push(value);
  }
  recorded(): unknown[] {
    return this.recordedValues;
  }
  async sleep(_context: RequestContext, { seconds, value }: { seconds: number; value: unknown }): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    return value;
  }
  fail(
    _context: RequestContext,
    { kind, message = '', code }: { kind: string; message?: string; code?: number },
  ): never {
    if (kind === 'PeerError') throw new PeerError(message, { kwargs: { code } });
    if (kind === 'KeyError') throw new KeyError(message);
    if (kind === 'TypeError') throw new TypeError(message);
    throw new ValueError(message);
  }
}
const other = { endpointTarget: { version: '1.9' }, which: () => 'B', only_b: () => 'B' };
const named = { endpointTarget: { namespace: 'alt', version: '1.2', legacyNamespaces: ['old_alt'] }, which: () => 'D' };

const isThere = await hasPython();
const brokers = isThere ? await brokersUnderTest() : [];

test('oslo.messaging of Python is compared with, where /usr/bin/python3 has it', ({ annotate }) => {
  if (!isThere) return annotate('not available: /usr/bin/python3 has no oslo_messaging');
  expect(brokers.length).toBeGreaterThan(0);
  return undefined;
});

describe.each([...brokers])('with Python on $name', (broker) => {
  test('a client of ours and a server of Python’s understand each other', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    await using _server = await startPython('server.py', [
      '--url',
      rabbitUrl(bus),
      '--topic',
      'demo',
      '--server',
      's1',
    ]);
    await using transport = await connect(bus.url, { responseTimeoutMs: deadlineMs });
    const client = new RpcClient<PeerEndpoint>(transport, { topic: 'demo' });
    const value = { text: 'é 😀', list: [1, 0.5, null, true], big: 2n ** 70n, nan: Number.NaN };
    expect(await client.call({}, 'echo', { value })).toEqual(value);
    expect(await client.call({}, 'add', { a: 1, b: 2 })).toBe(3);
    expect(await client.call({}, 'nothing', {})).toBeNull();
    expect(await client.call({ request_id: 'req-1', roles: ['a'] }, 'ctx', {})).toMatchObject({
      request_id: 'req-1',
      roles: ['a'],
    });
    expect(await client.call({}, 'nan', {})).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(await client.call({}, 'bigint', {})).toBe(18446744073709551617n);

    await client.prepare({ server: 's1' }).cast({}, 'record', { key: 'k', value: 1 });
    await client.prepare({ fanout: true }).cast({}, 'record', { key: 'k', value: 2 });
    await expect.poll(() => client.call({}, 'recorded', { key: 'k' })).toEqual([1, 2]);

    expect(await client.prepare({ version: '1.7' }).call({}, 'which', {})).toBe('B');
    expect(await client.prepare({ version: '2.0' }).call({}, 'which', {})).toBe('C');
    expect(await client.prepare({ namespace: 'old_alt', version: '1.1' }).call({}, 'which', {})).toBe('D');
    const base = new RpcClient<BaseEndpoint>(transport, { topic: 'demo', namespace: 'baseapi', version: '1.1' });
    expect(await base.call({}, 'ping', { arg: 1 })).toEqual({ service: 's1', arg: 1 });

    await expect(client.call({}, 'fail', { message: 'bad' })).rejects.toThrow(ValueError);
    await expect(client.call({}, 'fail', { kind: 'KeyError', message: 'k' })).rejects.toThrow("'k'");
    const unknown = await client.call({}, 'fail', { kind: 'PeerError', message: 'm', code: 7 }).catch((error) => error);
    expect(unknown).toBeInstanceOf(RemoteError);
    expect(remoteFailureOf(unknown)).toMatchObject({ class: 'PeerError', module: 'peer_errors', kwargs: { code: 7 } });
    await expect(client.call({}, '_private', {})).rejects.toMatchObject({ excType: 'NoSuchMethod' });
    await expect(client.prepare({ version: '9.9' }).call({}, 'which', {})).rejects.toMatchObject({
      excType: 'UnsupportedVersion',
    });
    await expect(client.call({}, 'add', { a: 1 } as never)).rejects.toThrow(/missing 1 required positional argument/);
    const monitored = client.prepare({ callMonitorTimeoutMs: 3_000 });
    expect(await monitored.call({}, 'sleep', { seconds: 3.5, value: 'slow' })).toBe('slow');
  });

  test('a client of Python’s and a server of ours understand each other', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url, { responseTimeoutMs: deadlineMs });
    const endpoints = [new Main(), other, named, new BaseEndpoint('s1')];
    await using _server = await serve(transport, { topic: 'demo', server: 's1' }, endpoints, { rpcPing: true });
    const args = ['--url', rabbitUrl(bus), '--topic', 'demo', '--exmods', 'peer_errors', '--batch'];
    await using peer = await startPython('client.py', args);
    const ok = (result: unknown) => ({ ok: true, result });
    const failed = (kind: string, name: string, message: string, rebuilt: boolean) => ({
      ok: false,
      error: { kind, class: name, message, rebuilt },
    });
    const table: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
      [{ method: 'echo', kwargs: { value: { a: 'é', b: [1, null] } } }, ok({ a: 'é', b: [1, null] })],
      [{ method: 'echo', kwargs: { value: 9007199254740991 } }, ok(9007199254740991)],
      [
        { method: 'ctx', ctxt: { user: 'u' } },
        { ok: true, result: expect.objectContaining({ user: 'u' }) },
      ],
      [{ method: 'which', version: '1.5' }, ok('A')],
      [{ method: 'which', version: '1.6' }, ok('B')],
      [{ method: 'only_b' }, ok('B')],
      [{ method: 'which', namespace: 'old_alt', version: '1.0' }, ok('D')],
      [{ method: 'ping', namespace: 'baseapi', version: '1.1', kwargs: { arg: 1 } }, ok({ service: 's1', arg: 1 })],
      [{ method: 'oslo_rpc_server_ping' }, ok('pong')],
      [{ method: 'record', mode: 'cast', server: 's1', kwargs: { value: 1 } }, ok(null)],
      [{ method: 'record', mode: 'cast', fanout: true, kwargs: { value: 2 } }, ok(null)],
      [{ method: 'sleep', kwargs: { seconds: 3.5, value: 'slow' }, call_monitor: 3 }, ok('slow')],
      [{ method: 'recorded' }, ok([1, 2])],
      [{ method: 'echo', repeat: 20, kwargs: { value: '$i' } }, { ok: true }],
      [{ method: 'fail', kwargs: { message: 'bad' } }, failed('remote', 'ValueError', 'bad', true)],
      [{ method: 'fail', kwargs: { kind: 'TypeError', message: 't' } }, failed('remote', 'TypeError', 't', true)],
      [{ method: 'fail', kwargs: { kind: 'KeyError', message: 'k' } }, failed('remote', 'KeyError', "'k'", true)],
      [
        { method: 'fail', kwargs: { kind: 'PeerError', message: 'p', code: 7 } },
        failed('remote', 'PeerError', 'p', true),
      ],
      [
        { method: 'echo', kwargs: { zz: 1 } },
        failed('remote', 'TypeError', "Main.echo() got an unexpected keyword argument 'zz'", true),
      ],
      [{ method: 'nope' }, failed('remote', 'NoSuchMethod', 'Endpoint does not support RPC method nope', false)],
      [
        { method: 'which', version: '3.0' },
        failed(
          'remote',
          'UnsupportedVersion',
          'Endpoint does not support RPC version 3.0. Attempted method: which',
          false,
        ),
      ],
      [
        { method: 'which', server: 'nobody', mandatory: true },
        { ok: false, error: expect.objectContaining({ kind: 'undeliverable' }) },
      ],
    ];
    for (const [request, answer] of table)
      expect(await peer.ask(request), JSON.stringify(request)).toMatchObject(answer);
  });
});
