import { EventEmitter, once } from 'node:events';
import { type BusTopology, brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { decodeMessage } from '../src/envelope.ts';
import { KeyError, RemoteError, remoteFailureOf } from '../src/index.ts';
import { call, cast, type Era, fanoutCast, multicall } from '../src/legacy/index.ts';
import { all, client, Manager, served } from './legacy-service.ts';
import { deadlineMs } from './probe.ts';
import { hasPython, startPython } from './python-peer.ts';
import { rawPeerOn } from './raw-peer.ts';

const isPythonThere = await hasPython();
const eras: readonly Era[] = ['essex', 'folsom', 'grizzly'];

describe.each([...(await brokersUnderTest())])('on $name', (broker) => {
  describe.each(eras)('in %s', (era) => {
    test('calls, multicalls, casts and fanouts arrive, and are answered', async () => {
      await using bus = await freshBus(broker);
      await using a = await served(bus, { era, manager: new Manager('a') });
      await using b = await served(bus, { era, manager: new Manager('b') });
      await using on = await client(bus, { era });
      const context = { user: 'ada' };

      expect(
        await call(on, context, 'compute', { method: 'echo', args: { value: { text: 'é', big: 2n ** 70n } } }),
      ).toEqual({ text: 'é', big: 2n ** 70n });
      expect(await call(on, context, 'compute.b', { method: 'whoami' })).toBe('b');
      expect(await call(on, context, 'compute', { method: 'ctx' })).toEqual(context);
      expect(await call(on, context, 'compute', { method: 'nothing' })).toBeNull();
      expect(await call(on, context, 'compute', { method: 'count', args: { to: 3 } })).toBe(2);
      expect(await call(on, context, 'compute', { method: 'count', args: { to: 0 } })).toBeNull();
      expect(await all(multicall(on, context, 'compute', { method: 'count', args: { to: 3 } }))).toEqual([0, 1, 2]);
      await fanoutCast(on, context, 'compute', { method: 'record', args: { value: 1 } });
      await cast(on, context, 'compute.a', { method: 'record', args: { value: 2 } });
      await Promise.all([a.manager.seen(2), b.manager.seen(1)]);
      expect([a.manager.heard.toSorted(), b.manager.heard]).toEqual([[1, 2], [1]]);
    });

    test('each call has a direct exchange and a queue named by its id, which go with its answer', async () => {
      await using bus = await freshBus(broker);
      const { manager, ...server } = await served(bus, { era });
      await using _ = server;
      await using on = await client(bus, { era });
      const before = await bus.topology();
      const running = multicall(on, {}, 'compute', { method: 'slowly', args: { to: 2 } });
      expect(await running.next()).toEqual({ done: false, value: 0 });

      const during = await bus.topology();
      const name = during.exchanges.find(({ type }) => type === 'direct')?.name ?? '';
      expect(name).toMatch(/^[0-9a-f]{32}$/);
      expect(added(before, during)).toEqual({
        exchanges: [{ name, type: 'direct', durable: false, auto_delete: true, internal: false, arguments: {} }],
        queues: [
          { name, type: 'classic', durable: false, auto_delete: true, exclusive: era === 'essex', arguments: {} },
        ],
        bindings: [expect.objectContaining({ source: name, destination: name, routing_key: name })],
      });
      manager.held.resolve();
      expect(await all(running)).toEqual([1]);
      await expect.poll(() => bus.topology(), { timeout: deadlineMs }).toEqual(before);
    });

    test('the service’s own queues are those of the time', async () => {
      await using bus = await freshBus(broker);
      await using _ = await served(bus, { era });
      const { exchanges, queues } = await bus.topology();
      const fanout = { type: 'classic', durable: false, auto_delete: true, exclusive: era === 'essex', arguments: {} };
      const shared = { type: 'classic', durable: false, auto_delete: false, exclusive: false, arguments: {} };
      expect(exchanges).toMatchObject([
        { name: 'compute_fanout', type: 'fanout', durable: false, auto_delete: true },
        { name: 'nova', type: 'topic', durable: false, auto_delete: false },
      ]);
      expect(queues).toEqual([
        { ...shared, name: 'compute' },
        { ...shared, name: 'compute.host-1' },
        { ...fanout, name: expect.stringMatching(/^compute_fanout_[0-9a-f]{32}$/) },
      ]);
    });

    test('a failure arrives as the era sends it', async () => {
      await using bus = await freshBus(broker);
      await using _ = await served(bus, { era });
      await using on = await client(bus, { era });

      const failure = await call(on, {}, 'compute', { method: 'fail', args: { message: 'k' } }).catch((error) => error);

      expect(failure).toBeInstanceOf(era === 'essex' ? RemoteError : KeyError);
      expect(remoteFailureOf(failure)).toMatchObject({
        class: 'KeyError',
        message: "'k'",
        module: era === 'essex' ? '' : 'builtins',
      });
      const partly = multicall(on, {}, 'compute', { method: 'breaks' });
      expect(await partly.next()).toEqual({ done: false, value: 1 });
      await expect(partly.next()).rejects.toThrow('broken');
      expect(await partly.next()).toEqual({ done: true, value: undefined });
      await expect(call(on, {}, 'compute', { method: 'cycle' })).rejects.toThrow(/circular/i);
    });
  });

  test('messages look as each era wrote them', async () => {
    await using bus = await freshBus(broker);
    await using peer = await rawPeerOn(bus);
    await peer.channel.assertExchange('nova', 'topic', { durable: false });
    const { queue } = await peer.channel.assertQueue('compute', { durable: false });
    await peer.channel.bindQueue(queue, 'nova', 'compute');
    const seen: { body: Record<string, unknown>; headers: unknown }[] = [];
    const arrived = new EventEmitter();
    await peer.channel.consume(queue, (message) => {
      if (message === null) return;
      seen.push({ body: JSON.parse(message.content.toString()), headers: message.properties.headers });
      const request = decodeMessage(message.content, {});
      if (typeof request['_msg_id'] === 'string') {
        const id = request['_msg_id'];
        peer.publish(id, id, Buffer.from(JSON.stringify({ result: 'first', failure: null })));
        peer.publish(id, id, Buffer.from(JSON.stringify({ result: 'last', failure: null })));
        peer.publish(id, id, { result: null, failure: null, ending: true });
      }
      arrived.emit('arrived');
    });
    for (const era of eras) {
      await using on = await client(bus, { era });
      const message = { method: 'm', args: { a: 1 }, ...(era === 'essex' ? {} : { version: '1.1' }) };
      await cast(on, { user: 'ada' }, 'compute', message);
      expect(await call(on, {}, 'compute', { method: 'm' }, { timeoutMs: 5_000 })).toBe('last');
    }
    while (seen.length < 6) await once(arrived, 'arrived', { signal: AbortSignal.timeout(deadlineMs) });

    const id = expect.stringMatching(/^[0-9a-f]{32}$/);
    const [essexCast, essexCall, folsomCast, folsomCall, grizzlyCast, grizzlyCall] = seen;
    expect(essexCast).toEqual({ body: { method: 'm', args: { a: 1 }, _context_user: 'ada' }, headers: {} });
    expect(essexCall).toEqual({ body: { method: 'm', args: {}, _msg_id: id }, headers: {} });
    expect(folsomCast).toEqual({
      body: { method: 'm', args: { a: 1 }, version: '1.1', _unique_id: id, _context_user: 'ada' },
      headers: {},
    });
    expect(folsomCall).toEqual({
      body: { method: 'm', args: {}, _msg_id: id, _unique_id: id },
      headers: { ttl: 5_000 },
    });
    expect(grizzlyCall?.headers).toEqual({ ttl: 5_000 });
    expect(Object.keys(grizzlyCast?.body ?? {})).toEqual(['oslo.version', 'oslo.message']);
    expect(JSON.parse(String(grizzlyCast?.body['oslo.message']))).toEqual(
      folsomCast?.body && { ...folsomCast.body, _unique_id: id },
    );
  });

  test('eras understand each other', async () => {
    await using bus = await freshBus(broker);
    for (const [asked, asking] of [
      ['folsom', 'grizzly'],
      ['grizzly', 'folsom'],
    ] as const) {
      await using _ = await served(bus, { era: asked });
      await using on = await client(bus, { era: asking });
      expect(await all(multicall(on, {}, 'compute', { method: 'count', args: { to: 2 } }))).toEqual([0, 1]);
      await expect(call(on, {}, 'compute', { method: 'fail', args: { message: 'k' } })).rejects.toThrow(KeyError);
    }
  });

  test('calls may share one reply queue', async () => {
    await using bus = await freshBus(broker);
    await using _ = await served(bus, { era: 'grizzly' });
    await using on = await client(bus, { era: 'grizzly', singleReplyQueue: true });
    const values = Array.from({ length: 20 }, (_, index) => index);

    const answers = await Promise.all(
      values.map((value) => call(on, {}, 'compute', { method: 'echo', args: { value } })),
    );

    expect(answers).toEqual(values);
    const { exchanges } = await bus.topology();
    expect(exchanges.filter(({ type }) => type === 'direct').map(({ name }) => name)).toEqual([
      expect.stringMatching(/^reply_[0-9a-f]{32}$/),
    ]);
    await expect(call(on, {}, 'compute', { method: 'fail', args: { message: 'k' } })).rejects.toThrow(KeyError);
  });

  test('a peer on kombu that speaks as Nova did understands it, both ways', { timeout: 60_000 }, async ({
    annotate,
  }) => {
    if (!isPythonThere) {
      await annotate('not available: /usr/bin/python3 has no oslo_messaging, which brings kombu');
      return;
    }
    await using bus = await freshBus(broker);
    const url = bus.url.replace(/^amqp:/, 'rabbit:');
    for (const era of eras) {
      const args = ['--url', url, '--era', era];
      await using on = await client(bus, { era });
      {
        await using python = await startPython('legacy_peer.py', ['server', ...args, '--topic', 'compute']);
        expect(await all(multicall(on, { user: 'ada' }, 'compute', { method: 'count', args: { to: 3 } }))).toEqual([
          0, 1, 2,
        ]);
        expect(await python.next()).toMatchObject({ method: 'count', _context_user: 'ada' });
        await expect(call(on, {}, 'compute', { method: 'nope' })).rejects.toThrow('no nope');
        await fanoutCast(on, {}, 'compute', { method: 'echo', args: { value: 1 } });
        await python.next();
        expect(await python.next()).toMatchObject({ method: 'echo', args: { value: 1 } });
      }
      await using _ = await served(bus, { era });
      const ask = async (method: string, values: object) => {
        await using python = await startPython(
          'legacy_peer.py',
          ['call', ...args, '--topic', 'compute', '--method', method, '--args', JSON.stringify(values)],
          { isReadyTold: false },
        );
        return await python.next();
      };
      expect(await ask('count', { to: 3 })).toEqual({ results: [0, 1, 2] });
      expect(await ask('ctx', {})).toEqual({ results: [{ user: 'python' }] });
      const { failure } = await ask('fail', { message: 'k' });
      if (era === 'essex') expect(failure).toMatchObject(['KeyError', "'k'", expect.any(Array)]);
      else expect(JSON.parse(String(failure))).toMatchObject({ class: 'KeyError', module: 'builtins', args: ['k'] });
    }
  });
});

function added(before: BusTopology, after: BusTopology): BusTopology {
  const fresh = <T>(then: readonly T[], now: readonly T[]): T[] => {
    const known = new Set(then.map((item) => JSON.stringify(item)));
    return now.filter((item) => !known.has(JSON.stringify(item)));
  };
  return {
    exchanges: fresh(before.exchanges, after.exchanges),
    queues: fresh(before.queues, after.queues),
    // Every queue is bound to the default exchange besides.
    bindings: fresh(before.bindings, after.bindings).filter(({ source }) => source !== ''),
  };
}
