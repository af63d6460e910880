import { freshBus } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { InvalidOption, MessagingTimeout, remoteFailureOf } from '../src/index.ts';
import {
  call,
  cast,
  castToServer,
  connectLegacy,
  createConnection,
  type Era,
  fanoutCastToServer,
  multicall,
  notify,
} from '../src/legacy/index.ts';
import { client, Manager, served } from './legacy-service.ts';
import { deadlineMs } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

test('a request without a method is answered with a text that says so', async () => {
  await using bus = await freshBus();
  await using _ = await served(bus);
  await using on = await client(bus);
  const answer = await call(on, {}, 'compute', { method: '', args: {} });
  expect(answer).toMatch(/^No method for message: \{"method":""/);
});

test('unknown methods, private ones and versions are failures of those days', async () => {
  await using bus = await freshBus();
  await using _ = await served(bus);
  await using on = await client(bus);
  for (const method of ['nope', '_private', 'constructor', 'toString']) {
    await expect(call(on, {}, 'compute', { method })).rejects.toThrow(`No such RPC function '${method}'`);
  }
  const refused = await call(on, {}, 'compute', { method: 'echo', version: '2.0' }).catch((error) => error);
  expect(remoteFailureOf(refused)).toMatchObject({
    class: 'UnsupportedRpcVersion',
    module: 'nova.openstack.common.rpc.common',
    message: 'Specified RPC version, 2.0, not supported by this endpoint.',
  });
});

test('a call that nobody answers is a MessagingTimeout, and its queue goes', async () => {
  await using bus = await freshBus();
  await using on = await client(bus);
  const unanswered = call(on, {}, 'compute', { method: 'echo' }, { timeoutMs: 50 });
  await expect(unanswered).rejects.toThrow(MessagingTimeout);
  await expect(unanswered).rejects.toThrow(/compute/);
  await expect.poll(async () => (await bus.topology()).queues, { timeout: deadlineMs }).toEqual([]);
});

test('leaving the loop, or a signal, ends a multicall and removes its queue', async () => {
  await using bus = await freshBus();
  const { manager, ...server } = await served(bus);
  await using _ = server;
  await using on = await client(bus);
  const queues = async () => (await bus.topology()).queues.length;
  const before = await queues();
  for await (const value of multicall(on, {}, 'compute', { method: 'slowly', args: { to: 5 } })) {
    expect(value).toBe(0);
    break;
  }
  const abort = new AbortController();
  const aborted = multicall(on, {}, 'compute', { method: 'slowly', args: { to: 5 } }, { signal: abort.signal });
  expect(await aborted.next()).toMatchObject({ value: 0 });
  abort.abort(new Error('enough'));
  await expect(aborted.next()).rejects.toThrow('enough');
  await expect.poll(queues, { timeout: deadlineMs }).toBe(before);
  manager.held.resolve();
});

test('a multicall is sent at once, also when nobody asks for its results', async () => {
  await using bus = await freshBus();
  await using server = await served(bus);
  await using on = await client(bus);
  void multicall(on, {}, 'compute', { method: 'record', args: { value: 1 } });
  await server.manager.seen(1);
});

test('cast_to_server goes over another broker', async () => {
  await using here = await freshBus();
  await using there = await freshBus();
  await using server = await served(there);
  await using on = await client(here);
  const { hostname, port, username, password } = new URL(there.url);
  const params = { hostname, port: Number(port), username, password, virtual_host: there.vhost };
  await castToServer(on, {}, params, 'compute', { method: 'record', args: { value: 1 } });
  await fanoutCastToServer(on, {}, params, 'compute', { method: 'record', args: { value: 2 } });
  await server.manager.seen(2);
  expect(server.manager.heard.toSorted()).toEqual([1, 2]);
  await expect
    .poll(async () => [...(await there.connections()).values()].filter((name) => name.startsWith('client')), {
      timeout: deadlineMs,
    })
    .toEqual([]);
});

test('a notification waits in a queue of its topic’s name for a pool that joins', async () => {
  await using bus = await freshBus();
  await using on = await client(bus);
  await notify(on, { user: 'ada' }, 'notifications.info', { event_type: 'compute.instance.create.end', payload: {} });
  expect((await bus.topology()).queues.map(({ name }) => name)).toEqual(['notifications.info']);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await using connection = await createConnection(on, { isNew: true });
  await connection.joinConsumerPool(resolve, 'notifications.info', 'notifications.info');
  await connection.consume();
  expect(await promise).toMatchObject({ event_type: 'compute.instance.create.end', _context_user: 'ada' });
});

test('a pool’s workers share what comes, and each pool gets it', async () => {
  await using bus = await freshBus();
  await using on = await client(bus);
  const managers = [new Manager('a'), new Manager('b'), new Manager('c')];
  for (const [manager, pool] of [
    [managers[0], 'one'],
    [managers[1], 'one'],
    [managers[2], 'two'],
  ] as const) {
    const connection = await createConnection(on);
    await connection.createWorker('jobs', manager ?? {}, pool);
    await connection.consume();
  }
  for (let value = 0; value < 6; value++) await cast(on, {}, 'jobs', { method: 'record', args: { value } });
  await managers[2]?.seen(6);
  await expect
    .poll(() => [...(managers[0]?.heard ?? []), ...(managers[1]?.heard ?? [])].length, { timeout: deadlineMs })
    .toBe(6);
});

test('closing finishes and answers what runs, and leaves the rest in the queue', async () => {
  await using bus = await freshBus();
  await using serverBus = await connectLegacy(bus.url);
  await using connection = await createConnection(serverBus);
  const held = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const proxy = {
    wait: async () => {
      started.resolve();
      await held.promise;
      return 'done';
    },
  };
  await connection.createConsumer('compute', proxy);
  await connection.consume();
  await using on = await client(bus);
  const running = call(on, {}, 'compute', { method: 'wait' });
  await started.promise;
  const closing = connection.close();
  const later = call(on, {}, 'compute', { method: 'echo', args: { value: 'later' } });
  held.resolve();
  expect(await running).toBe('done');
  await closing;
  await using _ = await served(bus);
  expect(await later).toBe('later');
});

test('twins run once and answer once', async () => {
  await using bus = await freshBus();
  await using server = await served(bus);
  await using peer = await rawPeerOn(bus);
  for (const value of [1, 1, 2]) {
    peer.publish('nova', 'compute', { method: 'record', args: { value }, _unique_id: `id-${value}` });
  }
  await server.manager.seen(2);
  expect(server.manager.heard).toEqual([1, 2]);
});

test('rubbish is dropped, and what comes after it is served', async () => {
  await using bus = await freshBus();
  await using _ = await served(bus);
  await using on = await client(bus);
  await using peer = await rawPeerOn(bus);
  for (const text of [
    '{',
    '[]',
    'null',
    '{"method": 7}',
    '{"oslo.version": "3.0", "oslo.message": "{}"}',
    '{"method":"echo","args":[1],"_msg_id":7}',
  ]) {
    peer.publish('nova', 'compute', Buffer.from(text));
  }
  expect(await call(on, {}, 'compute', { method: 'echo', args: { value: 1 } })).toBe(1);
});

test('options that came later are refused', async () => {
  const refused = (query: string, era: Era) => connectLegacy(`rabbit://localhost:1/?${query}`, { era });
  await expect(refused('rabbit_quorum_queue=true', 'grizzly')).rejects.toThrow(InvalidOption);
  await expect(refused('amqp_auto_delete=true', 'essex')).rejects.toThrow(
    'option amqp_auto_delete is set, which came after essex',
  );
});

test('topic queues are durable when asked for', async () => {
  await using bus = await freshBus();
  await using _ = await served(bus, { era: 'folsom', options: { amqp_durable_queues: true } });
  await using on = await client(bus, { era: 'folsom', options: { amqp_durable_queues: true } });
  expect(await call(on, {}, 'compute', { method: 'whoami' })).toBe('host-1');
  expect((await bus.topology()).queues.filter(({ durable }) => durable).map(({ name }) => name)).toEqual([
    'compute',
    'compute.host-1',
  ]);
});
