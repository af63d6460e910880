import { readFileSync } from 'node:fs';
import { type BusTopology, brokersUnderTest, type FirehoseRecord, freshBus, tapFirehose } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { connect, type RabbitOptions, serveNotifications } from '../src/index.ts';
import { parseJson } from '../src/json.ts';
import { clientOn, serveProbe } from './probe.ts';

/** A captured message of oslo.messaging. */
interface Vector {
  readonly exchange: string;
  readonly routing_key: string;
  readonly properties: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  readonly message_decoded: Record<string, unknown>;
}

interface Frame {
  readonly from: string;
  readonly method: string;
  readonly args: Record<string, unknown>;
}

const folder = new URL('./vectors/', import.meta.url);
const vector = (name: string): Vector => parseJson(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Vector;
const frames = (name: string): Frame[] =>
  (parseJson(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as { frames: Frame[] }).frames;

/** The same text for every id, so that two messages can be compared. */
function withoutIds<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(/[0-9a-f]{32}/g, '<id>')) as T;
}

function messageOf(record: FirehoseRecord): Record<string, unknown> {
  const outer = JSON.parse(record.body.toString()) as Record<string, string>;
  expect(Object.keys(outer)).toEqual(['oslo.version', 'oslo.message']);
  expect(outer['oslo.version']).toBe('2.0');
  return JSON.parse(outer['oslo.message'] ?? '') as Record<string, unknown>;
}

/** The exchanges and queues that a recorded peer declared, with their flags. */
function declaredIn(name: string): { exchanges: object[]; queues: object[]; bindings: object[] } {
  const of = (method: string): Record<string, unknown>[] => [
    ...new Map(
      frames(name)
        .filter((frame) => frame.from === 'peer' && frame.method === method)
        .map(({ args }) => [JSON.stringify(args), args]),
    ).values(),
  ];
  return {
    exchanges: of('exchange.declare').map(({ exchange, type, durable, auto_delete, arguments: args }) => ({
      name: exchange,
      type,
      durable,
      auto_delete,
      arguments: args,
    })),
    queues: of('queue.declare').map(({ queue, durable, auto_delete, exclusive, arguments: args }) => ({
      name: queue,
      durable,
      auto_delete,
      exclusive,
      arguments: args,
    })),
    bindings: of('queue.bind').map(({ queue, exchange, routing_key }) => ({
      source: exchange,
      destination: queue,
      routing_key,
    })),
  };
}

const same = (objects: object[]): object[] =>
  withoutIds(objects).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('call, reply, casts and fanout are the recorded messages but for their ids', async () => {
    await using bus = await freshBus(broker);
    const connectOptions = { controlExchange: 'nova', responseTimeoutMs: 10_000 };
    await using _server = await serveProbe(bus, { server: 'host1', topic: 'compute', connectOptions });
    await using peer = await clientOn(bus, 'compute', connectOptions);
    await using tap = await tapFirehose(bus);
    const { client } = peer;
    await client.call({}, 'echo', { value: { text: 'hello', n: 1 } });
    const versioned = client.prepare({ fanout: true, version: '1.3' });
    await versioned.cast({}, 'record', { key: 'k' } as never).catch(() => {});
    const [call] = await tap.seen((record) => record.kind === 'publish' && record.routing_key === 'compute');
    const [reply] = await tap.seen((record) => record.kind === 'publish' && record.routing_key.startsWith('reply_'));
    const [fanout] = await tap.seen((record) => record.kind === 'publish' && record.exchange === 'compute_fanout');
    for (const [record, name] of [
      [call, 'call'],
      [reply, 'call-reply'],
      [fanout, 'cast-fanout'],
    ] as const) {
      const recorded = vector(name);
      if (record === undefined) throw new Error(`no ${name}`);
      expect(withoutIds(record.routing_key)).toBe(withoutIds(recorded.routing_key));
      expect([record.exchange, record.headers]).toEqual([recorded.exchange, recorded.headers]);
      expect(record.properties).toEqual(recorded.properties);
      expect(withoutIds(messageOf(record))).toEqual(withoutIds(recorded.message_decoded));
      expect(Object.keys(messageOf(record))).toEqual(Object.keys(recorded.message_decoded));
    }
  });

  test.for([
    ['frames-server-start', {}],
    ['frames-option-durable', { amqp_durable_queues: true }],
    ['frames-option-auto-delete', { amqp_auto_delete: true }],
    ['frames-option-ttl', { rabbit_transient_queues_ttl: 60 }],
    ['frames-new-no-ttl', { rabbit_transient_queues_ttl: 0 }],
    ['frames-option-quorum', { rabbit_quorum_queue: true, rabbit_quorum_delivery_limit: 3 }],
    ['frames-new-transient-quorum', { rabbit_transient_quorum_queue: true, rabbit_quorum_queue: true }],
  ] as [string, Partial<RabbitOptions>][])('a server declares what %s declared', async ([name, options]) => {
    await using bus = await freshBus(broker);
    const recorded = declaredIn(name);
    const [topic = '', server = ''] = (
      recorded.queues.map((queue) => (queue as { name: string }).name).find((queue) => queue.includes('.')) ?? ''
    ).split('.');
    const control = recorded.exchanges.find((exchange) => (exchange as { type: string }).type === 'topic');
    const controlExchange = (control as { name: string }).name;
    await using _server = await serveProbe(bus, { server, topic, connectOptions: { controlExchange, options } });
    const { exchanges, queues, bindings } = await bus.topology();
    const ofServer = (object: object): boolean => !JSON.stringify(object).includes('"reply_');
    expect(same(exchanges.map(({ internal: _, ...rest }) => rest))).toEqual(same(recorded.exchanges));
    expect(same(queues.map(({ type: _, exclusive, ...rest }) => ({ ...rest, exclusive: exclusive === true })))).toEqual(
      same(recorded.queues.filter(ofServer)),
    );
    expect(
      same(
        bindings
          .filter(({ source }) => source !== '')
          .map(({ source, destination, routing_key }) => ({ source, destination, routing_key })),
      ),
    ).toEqual(same(recorded.bindings));
  });

  test('server, client and listeners together leave the recorded topology', async () => {
    await using bus = await freshBus(broker);
    const connectOptions = { controlExchange: 'nova', responseTimeoutMs: 10_000 };
    await using _server = await serveProbe(bus, { server: 'host1', topic: 'compute', connectOptions });
    await using peer = await clientOn(bus, 'compute', connectOptions);
    await peer.client.call({}, 'nothing', {});
    const topic = [{ topic: 'notifications' }];
    await using _all = await serveNotifications(peer.transport, topic, [{ info: () => {}, error: () => {} }]);
    await using _pool = await serveNotifications(peer.transport, topic, [{ info: () => {} }], { pool: 'billing' });
    const recorded = parseJson(readFileSync(new URL('topology.json', folder), 'utf8')) as BusTopology;
    const { exchanges, queues, bindings } = await bus.topology();
    for (const [ours, theirs] of [
      [exchanges, recorded.exchanges],
      [queues, recorded.queues],
      [bindings, recorded.bindings],
    ] as const) {
      expect(same([...ours])).toEqual(same([...theirs]));
    }
  });

  test('durableTransient makes only reply and fanout queues durable', async () => {
    await using bus = await freshBus(broker);
    const connectOptions = { durableTransient: true, responseTimeoutMs: 10_000 };
    await using _server = await serveProbe(bus, { server: 'a', connectOptions });
    await using peer = await clientOn(bus, 'demo', connectOptions);
    await peer.client.call({}, 'nothing', {});
    const durable = (await bus.topology()).queues.map(({ name, durable: flag }) => [withoutIds(name), flag]);
    expect(durable.toSorted()).toEqual([
      ['demo', false],
      ['demo.a', false],
      ['demo_fanout_<id>', true],
      ['reply_<id>', true],
    ]);
  });

  test('the connection is named after the program', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url, { name: 'billing' });
    expect(transport.name).toBe('billing');
  });
});
