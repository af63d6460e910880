import { brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import {
  BaseEndpoint,
  connect,
  expectedErrors,
  type Interceptor,
  InvalidTarget,
  MessagingTimeout,
  noReply,
  onDiagnostic,
  RpcClient,
  serve,
  TopologyMismatch,
  ValueError,
} from '../src/index.ts';
import { clientOn, deadlineMs, Probe, serveProbe } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('64 methods run at once, and the rest follow as they end', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    const calls = Array.from({ length: 200 }, (_, value) => peer.client.call({}, 'hold', { value }));
    await server.probe.seen(64);
    expect(server.probe.heard).toHaveLength(64);
    server.probe.release();
    expect(await Promise.all(calls)).toEqual(calls.map((_, n) => n));
  });

  test('what waits for a worker stays with the broker beyond a bound', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a', options: { workers: 1 } });
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    await Promise.all(Array.from({ length: 500 }, (_, value) => peer.client.cast({}, 'hold', { value })));
    await server.probe.seen(1);
    const { messageCount } = await raw.channel.checkQueue('demo');
    expect(messageCount).toBeGreaterThanOrEqual(350);
    expect(server.probe.heard).toHaveLength(1);
    server.probe.release();
  });

  test('the same message twice runs once', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using raw = await rawPeerOn(bus);
    const twin = { method: 'record', args: { value: 'twin' }, _unique_id: 'u1' };
    raw.publish('openstack', 'demo', twin);
    raw.publish('openstack', 'demo.a', twin);
    raw.publish('openstack', 'demo', { method: 'record', args: { value: 'other' } });
    raw.publish('openstack', 'demo', { method: 'record', args: { value: 'other' } });
    await server.probe.seen(3);
    expect(server.probe.heard.toSorted()).toEqual(['other', 'other', 'twin']);
  });

  test('a request is acknowledged before its method runs', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await peer.client.cast({}, 'hold', { value: 'running' });
    await server.probe.seen(1);
    await bus.closeConnections();
    await using other = await serveProbe(bus, { server: 'b' });
    await peer.client.prepare({ server: 'b' }).call({}, 'record', { value: 'after' });
    expect([server.probe.heard, other.probe.heard]).toEqual([['running'], ['after']]);
    server.probe.release();
  });

  test('a stopping server finishes and answers what runs, and gives back what waits', async () => {
    await using bus = await freshBus(broker);
    await using first = await serveProbe(bus, { server: 'a', options: { workers: 2 } });
    await using peer = await clientOn(bus);
    const calls = Array.from({ length: 6 }, (_, value) => peer.client.call({}, 'hold', { value }));
    await first.probe.seen(2);
    await first.server.stop();
    await using second = await serveProbe(bus, { server: 'b' });
    await second.probe.seen(4);
    first.probe.release();
    await first.server.wait();
    second.probe.release();
    expect(await Promise.all(calls)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...first.probe.heard, ...second.probe.heard].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    const names = (await bus.topology()).queues.map(({ name }) => name).filter((name) => name.includes('_fanout_'));
    expect(names).toHaveLength(1);
  });

  test('nothing is lost when servers come and go under load', async () => {
    await using bus = await freshBus(broker);
    await using peer = await clientOn(bus);
    await using _steady = await serveProbe(bus, { server: 'steady' });
    const calls = Array.from({ length: 1_500 }, (_, value) => peer.client.call({}, 'echo', { value }));
    for (const server of ['a', 'b', 'c']) {
      await using coming = await serveProbe(bus, { server });
      await coming.server.stop();
    }
    expect(await Promise.all(calls)).toEqual(calls.map((_, n) => n));
  });

  test('a reply waits for a reply queue that is missing for a moment', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using raw = await rawPeerOn(bus);
    raw.publish('openstack', 'demo', { method: 'hold', args: { value: 'late' }, _msg_id: 'm', _reply_q: 'reply_late' });
    await server.probe.seen(1);
    server.probe.release();
    await using peer = await clientOn(bus);
    expect(await peer.client.call({}, 'echo', { value: 'not held up' })).toBe('not held up');
    const next = await raw.replies('reply_late');
    expect(await next()).toMatchObject({ result: 'late', _msg_id: 'm', ending: true });
  });

  test('a monitored call lives as long as heartbeats come, and gets its result', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    let heartbeats = 0;
    const end = onDiagnostic('rpc.publish', ({ kind }) => {
      if (kind === 'heartbeat' && ++heartbeats === 3) server.probe.release();
    });
    const monitored = peer.client.prepare({ callMonitorTimeoutMs: 3_000 });
    expect(await monitored.call({}, 'hold', { value: 'slow' })).toBe('slow');
    end();
    expect(heartbeats).toBe(3);
  });

  test('a monitored call ends when its server is gone', async () => {
    await using bus = await freshBus(broker);
    await using peer = await clientOn(bus);
    await (await serveProbe(bus, { server: 'a' }))[Symbol.asyncDispose]();
    const monitored = peer.client.prepare({ server: 'a', callMonitorTimeoutMs: 100 });
    const calling = monitored.call({}, 'nothing', {});
    await expect(calling).rejects.toThrow(MessagingTimeout);
    await expect(calling).rejects.toThrow(/no reply or heartbeat from demo.a to nothing within 100 ms/);
  });

  test('a heartbeat that was not asked for changes nothing', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    let msgId: string | undefined;
    const end = onDiagnostic('rpc.publish', (event) => {
      if (event.kind === 'call') msgId = event.msgId;
    });
    const calling = peer.client.call({}, 'hold', { value: 1 });
    await server.probe.seen(1);
    await until(() => msgId);
    end();
    const queue = (await bus.topology()).queues.find(({ name }) => name.startsWith('reply_'))?.name ?? 'none';
    raw.publish('', queue, { result: null, failure: null, ending: false, _msg_id: msgId });
    server.probe.release();
    expect(await calling).toBe(1);
  });

  test('a queue that exists with other flags is refused with the flag’s name', async () => {
    await using bus = await freshBus(broker);
    await using raw = await rawPeerOn(bus);
    await raw.channel.assertQueue('demo.a', { durable: true });
    const refused = serveProbe(bus, { server: 'a' });
    await expect(refused).rejects.toThrow(TopologyMismatch);
    await expect(refused).rejects.toThrow(
      "queue 'demo.a' exists with durable true, but durable false is asked for; all peers must agree on amqp_durable_queues",
    );
    await using _other = await serveProbe(bus, { server: 'b' });
    await using peer = await clientOn(bus);
    expect(await peer.client.call({}, 'whoami', {})).toBe('b');
  });

  test('an exchange that exists with other flags fails the request, and only that', async () => {
    await using bus = await freshBus(broker);
    await using raw = await rawPeerOn(bus);
    await raw.channel.assertExchange('other', 'topic', { durable: true });
    await using _server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await expect(peer.client.prepare({ exchange: 'other' }).cast({}, 'nothing', {})).rejects.toThrow(TopologyMismatch);
    expect(await peer.client.call({}, 'whoami', {})).toBe('a');
  });

  test('the broker deleting a queue brings it back', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    await peer.client.call({}, 'nothing', {});
    await raw.channel.deleteQueue('demo.a');
    const toServer = peer.client.prepare({ server: 'a', atLeastOnce: true });
    const answer = await until(() => toServer.call({}, 'whoami', {}), { withinMs: deadlineMs, what: 'the queue' });
    expect(answer).toBe('a');
    expect(server.probe.heard).toEqual([]);
  });

  test('many servers share a transport, and each gets its own requests', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url, { responseTimeoutMs: deadlineMs });
    const names = Array.from({ length: 100 }, (_, n) => `host-${n}`);
    const servers = await Promise.all(
      names.map((server) => serve(transport, { topic: 'demo', server }, [new Probe(server)])),
    );
    const client = new RpcClient<Probe>(transport, { topic: 'demo' });
    expect(await Promise.all(names.map((server) => client.prepare({ server }).call({}, 'whoami', {})))).toEqual(names);
    await Promise.all(servers.map((server) => server.close()));
    expect((await bus.topology()).queues.filter(({ name }) => name.includes('_fanout_'))).toEqual([]);
  });
});

describe('beside the endpoints', () => {
  test('a server needs topic and server', async () => {
    await using bus = await freshBus();
    await using transport = await connect(bus.url);
    await expect(serve(transport, { topic: 'demo' }, [])).rejects.toThrow(InvalidTarget);
    await expect(serve(transport, { server: 'a' }, [])).rejects.toThrow(InvalidTarget);
  });

  test('the base endpoint and the ping answer when they are there', async () => {
    await using bus = await freshBus();
    const endpoints = (probe: Probe) => [probe, new BaseEndpoint('demo-service')];
    await using _server = await serveProbe(bus, { server: 'a', endpoints, options: { rpcPing: true } });
    await using peer = await clientOn(bus);
    const client = peer.client as unknown as RpcClient<BaseEndpoint & { oslo_rpc_server_ping(): string }>;
    const base = client.prepare({ namespace: 'baseapi', version: '1.1' });
    expect(await base.call({}, 'ping', { arg: 7 })).toEqual({ service: 'demo-service', arg: 7 });
    expect(await base.call({}, 'get_backdoor_port', {})).toBeNull();
    expect(await client.call({}, 'oslo_rpc_server_ping', {})).toBe('pong');
  });

  test('a serializer turns arguments, results and contexts into JSON values and back', async () => {
    const serializer = {
      serializeEntity: (_context: unknown, entity: unknown) =>
        entity instanceof Date ? { date: entity.getTime() } : entity,
      deserializeEntity: (_context: unknown, entity: unknown) =>
        typeof entity === 'object' && entity !== null && 'date' in entity ? new Date(Number(entity.date)) : entity,
      serializeContext: (context: object) => ({ ...context, wire: true }),
      deserializeContext: (context: object) => ({ ...context, read: true }),
    };
    const endpoint = {
      later: (context: object, { date }: { date: Date }) => {
        heard.push(context);
        return new Date(date.getTime() + 1);
      },
    };
    const heard: object[] = [];
    await using bus = await freshBus();
    await using transport = await connect(bus.url);
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [endpoint], { serializer });
    const client = new RpcClient<typeof endpoint>(transport, { topic: 'demo' }, { serializer });
    expect(await client.call({ user: 'u' }, 'later', { date: new Date(1_000) })).toEqual(new Date(1_001));
    expect(heard).toEqual([{ user: 'u', wire: true, read: true }]);
  });

  test('interceptors stand around publishing and dispatching, outermost first', async () => {
    const steps: string[] = [];
    const named = (name: string): Interceptor => ({
      async publish(message, next) {
        steps.push(`${name} publish ${message.kind}`);
        if (message.kind === 'call') message.message['_context_trace'] = name;
        await next();
      },
      async dispatch(request, next) {
        steps.push(`${name} dispatch ${request.method} ${String(request.context['trace'])}`);
        return next();
      },
    });
    await using bus = await freshBus();
    await using transport = await connect(bus.url, { interceptors: [named('outer'), named('inner')] });
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [new Probe('a')]);
    await new RpcClient<Probe>(transport, { topic: 'demo' }).call({}, 'whoami', {});
    expect(steps).toEqual([
      'outer publish call',
      'inner publish call',
      'outer dispatch whoami inner',
      'inner dispatch whoami inner',
      'outer publish reply',
      'inner publish reply',
    ]);
  });

  test('a call that an interceptor leaves without a reply ends at its timeout, and the server serves on', async () => {
    const mute: Interceptor = {
      dispatch: async ({ args }, next) => (args['value'] === 'mute' ? noReply : next()),
    };
    await using bus = await freshBus();
    await using transport = await connect(bus.url, { interceptors: [mute] });
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [new Probe('a')]);
    const client = new RpcClient<Probe>(transport, { topic: 'demo' }, { timeoutMs: 200 });
    await expect(client.call({}, 'echo', { value: 'mute' })).rejects.toThrow(MessagingTimeout);
    expect(await client.call({}, 'echo', { value: 'aloud' })).toBe('aloud');
  });

  test('connections that are broken on purpose come back, and what was under way is sent again', async () => {
    await using bus = await freshBus();
    await using transport = await connect(bus.url, { options: { kombu_reconnect_delay: 0.01 } });
    await using _server = await serve(transport, { topic: 'demo', server: 'a' }, [new Probe('a')]);
    const lost = Promise.withResolvers<void>();
    transport.on('lost', () => lost.resolve());
    transport.breakConnections();
    const answer = new RpcClient<Probe>(transport, { topic: 'demo' }).call({}, 'whoami', {});
    await lost.promise;
    expect(await answer).toBe('a');
  });

  test('each step of a call is told with the transport and the ids', async () => {
    await using bus = await freshBus();
    await using transport = await connect(bus.url);
    const probe = new Probe('a');
    const endpoint = Object.assign(probe, {
      fail: expectedErrors([ValueError], () => {
        throw new ValueError('boom');
      }),
    });
    await using _server = await serve(transport, { topic: 'told', server: 'a' }, [endpoint]);
    const told: [string, object][] = [];
    const ends = (['rpc.publish', 'rpc.dispatch', 'rpc.dispatched', 'rpc.reply'] as const).map((name) =>
      onDiagnostic(name, (event) => {
        if (event.transport === transport) told.push([name, event]);
      }),
    );
    const client = new RpcClient<Probe>(transport, { topic: 'told' });
    await client.call({ request_id: 'req-1' }, 'fail', { message: '' }).catch(() => {});
    await until(() => told.length === 5);
    for (const end of ends) end();
    const request = { kind: 'call', exchange: 'openstack', routingKey: 'told', topic: 'told', method: 'fail' };
    const of = (name: string, kind?: string) =>
      told
        .filter(([each, event]) => each === name && (kind === undefined || ('kind' in event && event.kind === kind)))
        .map(([, event]) => event);
    const [published] = of('rpc.publish', 'call') as { msgId: string }[];
    const msgId = published?.msgId;
    const context = { request_id: 'req-1' };
    expect(published).toMatchObject({ ...request, context });
    expect(of('rpc.dispatch')).toMatchObject([{ ...request, msgId, server: 'a', version: '1.0', context }]);
    expect(of('rpc.dispatched')).toMatchObject([{ msgId, isExpected: true, error: { message: 'boom' } }]);
    expect(of('rpc.publish', 'reply')).toMatchObject([{ exchange: '', msgId }]);
    expect(of('rpc.reply')).toMatchObject([{ method: 'fail', msgId, context, error: { message: 'boom' } }]);
  });

  test('closing a transport stops its servers and fails waiting calls', async () => {
    await using bus = await freshBus();
    await using server = await serveProbe(bus, { server: 'a' });
    const peer = await clientOn(bus);
    const calling = peer.client.call({}, 'hold', { value: 1 });
    const rejected = expect(calling).rejects.toMatchObject({ name: 'TransportClosed' });
    await server.probe.seen(1);
    await peer[Symbol.asyncDispose]();
    await rejected;
    server.probe.release();
  });
});
