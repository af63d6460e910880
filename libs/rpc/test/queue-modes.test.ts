import { randomUUID } from 'node:crypto';
import { brokersUnderTest, freshBus, queueDepth, startDockerRabbitmq, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { connect, InvalidOption, Notifier } from '../src/index.ts';
import { clientOn, deadlineMs, type ServedProbe, serveProbe } from './probe.ts';

const brokers = await brokersUnderTest();

describe.each(brokers)('on $name', (broker) => {
  test('quorum queues have the limits of the options, and calls pass through them', async () => {
    await using bus = await freshBus(broker);
    const options = { rabbit_quorum_queue: true, rabbit_quorum_delivery_limit: 7 };
    await using _server = await serveProbe(bus, { server: 'a', connectOptions: { options } });
    await using peer = await clientOn(bus, 'demo', { options });
    expect(await peer.client.call({}, 'whoami', {})).toBe('a');
    const { queues } = await bus.topology();
    expect(queues.find(({ name }) => name === 'demo')).toMatchObject({
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 7 },
    });
  });

  test('transient queues may be quorum queues, with a durable fanout exchange', async () => {
    await using bus = await freshBus(broker);
    const options = { rabbit_quorum_queue: true, rabbit_transient_quorum_queue: true };
    await using server = await serveProbe(bus, { server: 'a', connectOptions: { options } });
    await using peer = await clientOn(bus, 'demo', { options });
    expect(await peer.client.call({}, 'whoami', {})).toBe('a');
    await peer.client.prepare({ fanout: true }).cast({}, 'record', { value: 1 });
    await server.probe.seen(1);
    const { queues, exchanges } = await bus.topology();
    const expiring = queues.filter(({ name }) => /^(reply|demo_fanout)_/.test(name));
    expect(expiring).toHaveLength(2);
    for (const queue of expiring) {
      expect(queue).toMatchObject({ durable: true, arguments: { 'x-queue-type': 'quorum', 'x-expires': 1_800_000 } });
    }
    expect(exchanges.find(({ name }) => name === 'demo_fanout')).toMatchObject({ durable: true, auto_delete: true });
  });

  test('without a time to live, reply and fanout queues do not expire', async () => {
    await using bus = await freshBus(broker);
    const options = { rabbit_transient_queues_ttl: 0 };
    await using _server = await serveProbe(bus, { server: 'a', connectOptions: { options } });
    const { queues } = await bus.topology();
    expect(queues.find(({ name }) => name.startsWith('demo_fanout_'))?.arguments).toEqual({});
  });

  test('the queue manager names queues by host, program and number, the same ones again after a restart', async () => {
    await using bus = await freshBus(broker);
    const processname = `test-${randomUUID()}`;
    const options = { use_queue_manager: true, hostname: 'node1', processname };
    const ownQueues = async (): Promise<string[]> =>
      (await bus.topology()).queues.map(({ name }) => name).filter((name) => name.includes(processname));
    {
      await using _server = await serveProbe(bus, { server: 'a', connectOptions: { options } });
      await using peer = await clientOn(bus, 'demo', { options });
      expect(await peer.client.call({}, 'whoami', {})).toBe('a');
      expect(await ownQueues()).toEqual([`demo_fanout_node1:${processname}:1`, `reply_node1:${processname}:2`]);
    }
    expect(await ownQueues()).toEqual([`demo_fanout_node1:${processname}:1`, `reply_node1:${processname}:2`]);
    await using peer = await clientOn(bus);
    await peer.client.prepare({ fanout: true }).cast({}, 'record', { value: 'kept' });
    expect(await queueDepth(bus, `demo_fanout_node1:${processname}:1`)).toBe(1);
  });
});

describe.each(brokers.filter(({ kind }) => kind !== 'embedded'))('streams on $name', (broker) => {
  const options = { rabbit_quorum_queue: true, rabbit_transient_quorum_queue: true, rabbit_stream_fanout: true };

  test('every server reads a fanout from the one stream once, also after its connection was lost', async () => {
    await using bus = await freshBus(broker);
    const serveOn = (server: string): Promise<ServedProbe> =>
      serveProbe(bus, { server, connectOptions: { options, name: `server-${server}` } });
    await using a = await serveOn('a');
    await using b = await serveOn('b');
    await using peer = await clientOn(bus, 'demo', { options });
    const everyone = peer.client.prepare({ fanout: true });
    await everyone.cast({}, 'record', { value: 1 });
    await Promise.all([a.probe.seen(1), b.probe.seen(1)]);
    await bus.closeConnections();
    await everyone.cast({}, 'record', { value: 2 });
    await Promise.all([a.probe.seen(2), b.probe.seen(2)]);
    expect([a.probe.heard, b.probe.heard]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const { queues } = await bus.topology();
    expect(queues.filter(({ name }) => name.startsWith('demo_fanout'))).toEqual([
      expect.objectContaining({
        name: 'demo_fanout',
        durable: true,
        arguments: { 'x-queue-type': 'stream', 'x-max-age': '1800s' },
      }),
    ]);
  });

  test('the stream stays when its last server stops', async () => {
    await using bus = await freshBus(broker);
    const server = await serveProbe(bus, { server: 'a', connectOptions: { options } });
    await server[Symbol.asyncDispose]();
    expect((await bus.topology()).queues.map(({ name }) => name)).toContain('demo_fanout');
  });
});

test('stream fanout without transient quorum queues is refused', async () => {
  await expect(connect('rabbit://localhost/?rabbit_stream_fanout=true')).rejects.toThrow(
    new InvalidOption('rabbit_stream_fanout needs rabbit_transient_quorum_queue: its exchange is durable'),
  );
});

test('a broker that permits no transient queues gets durable ones, and it is said', async ({ annotate }) => {
  const config = ['deprecated_features.permit.transient_nonexcl_queues = false'];
  const started = await startDockerRabbitmq({ config }).catch((error: Error) => error);
  if (started instanceof Error) {
    await annotate(`not available: RabbitMQ 4 in Docker (${started.message})`);
    return;
  }
  await using rabbitmq = started;
  const { kind, version } = rabbitmq.address;
  await using bus = await freshBus({ kind, version, name: `RabbitMQ ${version}`, address: rabbitmq.address });
  const transport = await connect(bus.url);
  const said: unknown[] = [];
  transport.on('durable', ({ purpose }) => said.push(purpose));
  await new Notifier(transport).info({}, 'first', {}); // refused on the publishing connection
  await transport.close();
  expect(said).toEqual(['publish']);
  // The second finds the topic's queue durable already, made so by the first.
  await using first = await serveProbe(bus, { server: 'a' });
  await using second = await serveProbe(bus, { server: 'b' });
  await using peer = await clientOn(bus);
  expect(await peer.client.prepare({ server: 'b' }).call({}, 'whoami', {})).toBe('b');
  await peer.client.prepare({ fanout: true }).cast({}, 'record', { value: 1 });
  await Promise.all([first.probe.seen(1), second.probe.seen(1)]);
  const durables = async (): Promise<boolean> => (await bus.topology()).queues.every(({ durable }) => durable);
  expect(await until(durables, { withinMs: deadlineMs, what: 'durable queues' })).toBe(true);
});
