import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { encodeMessage } from '../src/envelope.ts';
import { onDiagnostic, type PoisonEvent } from '../src/index.ts';
import { clientOn, deadlineMs, largeBytes, serveProbe } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

const broken: readonly (readonly [string, Buffer, string])[] = [
  ['no JSON', Buffer.from('hello'), 'undecodable message'],
  ['nothing', Buffer.alloc(0), 'undecodable message'],
  ['a list', Buffer.from('[1, 2]'), 'undecodable message'],
  ['another envelope version', Buffer.from('{"oslo.version": "3.0", "oslo.message": "{}"}'), 'undecodable message'],
  ['a truncated message', encodeMessage({ method: 'record' }).subarray(0, 60), 'undecodable message'],
  ['no method', encodeMessage({ args: {} }), 'undispatchable request'],
  ['a method that is a number', encodeMessage({ method: 7 }), 'undispatchable request'],
  ['args that are a list', encodeMessage({ method: 'record', args: [1] }), 'undispatchable request'],
  ['an unknown method', encodeMessage({ method: 'nope', args: {} }), 'undispatchable request'],
  ['a private method', encodeMessage({ method: '_private' }), 'undispatchable request'],
  ['an inherited method', encodeMessage({ method: 'constructor' }), 'undispatchable request'],
  ['another version', encodeMessage({ method: 'record', version: '9.0' }), 'undispatchable request'],
  ['a version null', encodeMessage({ method: 'record', version: null }), 'undispatchable request'],
  ['a version that is none', encodeMessage({ method: 'record', version: 'x' }), 'undispatchable request'],
  ['another namespace', encodeMessage({ method: 'record', namespace: 'x' }), 'undispatchable request'],
  ['a namespace that is an object', encodeMessage({ method: 'record', namespace: {} }), 'undispatchable request'],
];

/** Collects the poison events of one topic while it is used. */
function watchPoison(topic: string): Disposable & { readonly events: PoisonEvent[] } {
  const events: PoisonEvent[] = [];
  const end = onDiagnostic('rpc.poison', (event) => {
    if (event.topic === topic) events.push(event);
  });
  return { events, [Symbol.dispose]: end };
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a cast that cannot be read or dispatched is told and dropped, and the server goes on', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a', topic: 'poisoned' });
    await using raw = await rawPeerOn(bus);
    using poison = watchPoison('poisoned');
    for (const [, body] of broken) raw.publish('openstack', 'poisoned', body);
    raw.publish('openstack', 'poisoned', { method: 'record', args: { value: 'good' } });
    await server.probe.seen(1);
    expect(poison.events.map(({ reason }) => reason)).toEqual(broken.map(([, , reason]) => reason));
    expect(server.probe.heard).toEqual(['good']);
    await server[Symbol.asyncDispose]();
    expect(await raw.channel.checkQueue('poisoned')).toMatchObject({ messageCount: 0 });
  });

  test.for([
    ['no method', {}, 'TypeError', 'builtins'],
    ['a method that is a list', { method: [] }, 'TypeError', 'builtins'],
    ['args that are text', { method: 'record', args: 'x' }, 'TypeError', 'builtins'],
    ['an unknown method', { method: 'nope' }, 'NoSuchMethod', 'oslo_messaging.rpc.dispatcher'],
    ['version null', { method: 'record', version: null }, 'UnsupportedVersion', 'oslo_messaging.rpc.dispatcher'],
    ['a version that no text can be made of', { method: 'record', version: { toString: 1 } }, 'TypeError', 'builtins'],
    [
      'an odd time between heartbeats',
      { method: 'nope', _timeout: { valueOf: 1, toString: 1 } },
      'NoSuchMethod',
      'oslo_messaging.rpc.dispatcher',
    ],
    ['version one', { method: 'record', version: 'one' }, 'ValueError', 'builtins'],
    ['version 2.0', { method: 'record', version: '2.0' }, 'UnsupportedVersion', 'oslo_messaging.rpc.dispatcher'],
    ['namespace x', { method: 'record', namespace: 'x' }, 'UnsupportedVersion', 'oslo_messaging.rpc.dispatcher'],
  ] as const)('a call with %s is answered with a failure', async ([, request, name, module]) => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a' });
    await using raw = await rawPeerOn(bus);
    const nextReply = await raw.replies('reply_raw');
    raw.publish('openstack', 'demo', { ...request, _msg_id: 'm1', _reply_q: 'reply_raw' });
    const reply = await nextReply();
    expect(reply).toMatchObject({ _msg_id: 'm1', result: null, ending: true });
    expect(JSON.parse(String(reply['failure']))).toMatchObject({ class: name, module });
  });

  test('bodies of 20 MB, and in unknown compression, do not stop a server', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a', topic: 'large' });
    await using raw = await rawPeerOn(bus);
    using poison = watchPoison('large');
    const size = largeBytes(bus);
    raw.publish('openstack', 'large', Buffer.alloc(size, '['));
    const headers = { compression: 'application/x-bz2' };
    raw.publish('openstack', 'large', Buffer.from('x'), { headers });
    raw.publish('openstack', 'large', { method: 'record', args: { value: 'y'.repeat(size) } });
    await server.probe.seen(1);
    expect(String(server.probe.heard[0])).toHaveLength(size);
    expect(poison.events.map(({ reason, error }) => `${reason}: ${error}`)).toEqual([
      expect.stringMatching(/^undecodable message: .*not JSON/),
      expect.stringMatching(/^undecodable message: .*compression 'application\/x-bz2' is not supported/),
    ]);
  });

  test('a request that cannot be dispatched is told with its ids', async () => {
    await using bus = await freshBus(broker);
    await using _server = await serveProbe(bus, { server: 'a', topic: 'ids' });
    await using raw = await rawPeerOn(bus);
    using poison = watchPoison('ids');
    const nextReply = await raw.replies('reply_raw');
    const ids = { _msg_id: 'm1', _unique_id: 'u1', _context_request_id: 'req-1' };
    raw.publish('openstack', 'ids', { method: 'nope', ...ids, _reply_q: 'reply_raw' });
    await nextReply();
    expect(poison.events).toMatchObject([
      { method: 'nope', msgId: 'm1', uniqueId: 'u1', context: { request_id: 'req-1' }, server: 'a' },
    ]);
  });

  test('bad and foreign replies are dropped, and the right one is taken', async () => {
    await using bus = await freshBus(broker);
    await using server = await serveProbe(bus, { server: 'a' });
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    const calling = peer.client.call({}, 'hold', { value: 'right' });
    await server.probe.seen(1);
    const queue = (await bus.topology()).queues.find(({ name }) => name.startsWith('reply_'))?.name ?? 'none';
    const fields = { result: 'forged', failure: null, ending: true };
    for (const body of [Buffer.from('{'), Buffer.from('[]'), Buffer.from('NaN')]) raw.publish('', queue, body);
    raw.publish('', queue, { ...fields, _msg_id: 'unknown' });
    raw.publish('', queue, fields);
    raw.publish('', queue, { ...fields, _msg_id: { toString: 1 } });
    server.probe.release();
    expect(await calling).toBe('right');
  });

  test('a call whose failure cannot be read ends at once with an error', async () => {
    await using bus = await freshBus(broker);
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    const requests = await raw.replies('demo');
    await raw.channel.assertExchange('openstack', 'topic', { durable: false });
    await raw.channel.bindQueue('demo', 'openstack', 'demo');
    const calling = peer.client.prepare({ timeoutMs: deadlineMs * 2 }).call({}, 'nothing', {});
    const { _msg_id: msgId, _reply_q: queue } = await requests();
    raw.publish('', String(queue), { result: null, failure: 'not json', ending: true, _msg_id: msgId });
    await expect(calling).rejects.toThrow(/failure of the reply is not JSON/);
  });

  test('a reply in two parts, as older servers send it, is its last result', async () => {
    await using bus = await freshBus(broker);
    await using peer = await clientOn(bus);
    await using raw = await rawPeerOn(bus);
    const requests = await raw.replies('demo');
    await raw.channel.assertExchange('openstack', 'topic', { durable: false });
    await raw.channel.bindQueue('demo', 'openstack', 'demo');
    const calling = peer.client.call({}, 'nothing', {});
    const { _msg_id: msgId, _reply_q: queue } = await requests();
    const part = { failure: null, _msg_id: msgId };
    raw.publish('', String(queue), { ...part, result: null, ending: false });
    raw.publish('', String(queue), { ...part, result: 42, ending: false });
    raw.publish('', String(queue), { ...part, result: null, ending: true });
    expect(await calling).toBe(42);
  });
});
