import { setImmediate as turn } from 'node:timers/promises';
import { brokersUnderTest, freshBus, queueDepth, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import {
  connect,
  InvalidTarget,
  type Notification,
  onDiagnostic,
  type RequestContext,
  serveNotifications,
} from '../src/index.ts';
import { Ear } from './ear.ts';
import { notifierOn } from './notifier-on.ts';
import { deadlineMs } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

const topic = { topic: 'notifications' };

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a notification waits for its first listener, who gets all of it', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    await sender.notifier.info({ user_id: 'u', roles: ['r'] }, 'compute.instance.create.end', { instance_id: 'i-1' });
    expect(await queueDepth(bus, 'notifications.info')).toBe(1);

    await using transport = await connect(bus.url);
    const ear = new Ear();
    await using _listener = await serveNotifications(transport, [topic], [ear]);
    await ear.has(1);
    expect(ear.heard).toEqual([
      {
        context: { user_id: 'u', roles: ['r'] },
        notification: {
          priority: 'info',
          publisherId: 'compute.host1',
          eventType: 'compute.instance.create.end',
          payload: { instance_id: 'i-1' },
          messageId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{6})?$/),
        },
      },
    ]);
  });

  test('listeners share a topic, each pool gets a copy', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url);
    const [first, second, third] = [new Ear(), new Ear(), new Ear()];
    await using _first = await serveNotifications(transport, [topic], [first]);
    await using _second = await serveNotifications(transport, [topic], [second]);
    await using _third = await serveNotifications(transport, [topic], [third], { pool: 'billing' });
    await using sender = await notifierOn(bus);
    for (const n of [1, 2, 3, 4]) await sender.notifier.info({}, 'counted', n);
    await sender.notifier.warn({}, 'counted', 5);
    await third.has(5);
    expect([...third.payloads].sort()).toEqual([1, 2, 3, 4, 5]);
    await until(() => first.heard.length + second.heard.length === 5, { withinMs: deadlineMs, what: 'five of two' });
    expect([...first.payloads, ...second.payloads].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('only priorities that an endpoint has a method for are consumed', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    await sender.notifier.debug({}, 'unheard', {});
    await using transport = await connect(bus.url);
    const ear = new Ear();
    await using _listener = await serveNotifications(transport, [topic], [ear]);
    await sender.notifier.info({}, 'heard', {});
    await ear.has(1);
    expect(await queueDepth(bus, 'notifications.debug')).toBe(1);
    const { queues } = await bus.topology();
    expect(queues.map(({ name }) => name)).toEqual(['notifications.debug', 'notifications.info', 'notifications.warn']);
  });

  test('what an endpoint gives back, or stumbles over, comes again to all that come after', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url);
    const first = new Ear({ answers: ['requeue', new Error('not now'), undefined] });
    const second = new Ear();
    await using _listener = await serveNotifications(transport, [topic], [first, second], { allowRequeue: true });
    await using sender = await notifierOn(bus);
    await sender.notifier.info({}, 'again', 1);
    await second.has(1);
    expect([first.payloads, second.payloads]).toEqual([[1, 1, 1], [1]]);
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, { withinMs: deadlineMs, what: 'ack' });
  });

  test('where giving back is not allowed, a notification is done with', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url);
    const ear = new Ear({ answers: ['requeue', new Error('not now')] });
    await using _listener = await serveNotifications(transport, [topic], [ear], { workers: 1 });
    await using sender = await notifierOn(bus);
    for (const n of [1, 2, 3]) await sender.notifier.info({}, 'once', n);
    await ear.has(3);
    expect(ear.payloads).toEqual([1, 2, 3]);
  });

  test('a filter lets through what matches from its beginning', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url);
    const filter = { publisherId: 'compute\\.', eventType: /compute\.instance/, payload: { state: '^active$' } };
    const [filtered, all] = [new Ear({ filter }), new Ear()];
    await using _listener = await serveNotifications(transport, [topic], [filtered, all]);
    await using sender = await notifierOn(bus);
    const { notifier } = sender;
    await notifier.info({}, 'compute.instance.start', { state: 'active', n: 1 });
    await notifier.info({}, 'compute.instance.start', { state: 'inactive', n: 2 });
    await notifier.info({}, 'the.compute.instance', { state: 'active', n: 3 });
    await notifier.info({}, 'compute.instance.start', { n: 4 });
    await notifier.info({}, 'compute.instance.start', [1]);
    await notifier.prepare({ publisherId: 'api.host1' }).info({}, 'compute.instance.start', { state: 'active', n: 6 });
    await all.has(6);
    expect(filtered.payloads).toEqual([{ state: 'active', n: 1 }]);
  });

  test('a twin of what was acknowledged is dropped', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url);
    const ear = new Ear();
    await using _listener = await serveNotifications(transport, [topic], [ear], { workers: 1 });
    await using peer = await rawPeerOn(bus);
    const message = (id: string, payload: unknown) => ({ priority: 'INFO', payload, _unique_id: id });
    peer.publish('openstack', 'notifications.info', message('one', 1));
    await ear.has(1);
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, { withinMs: deadlineMs, what: 'ack' });
    peer.publish('openstack', 'notifications.info', message('one', 1));
    peer.publish('openstack', 'notifications.info', message('two', 2));
    await ear.has(2);
    expect(ear.payloads).toEqual([1, 2]);
  });

  test('what cannot be read is dropped and told, an unknown priority too, and the listener goes on', async () => {
    await using bus = await freshBus(broker);
    await using transport = await connect(bus.url);
    const reasons: string[] = [];
    const unlisten = onDiagnostic(
      'rpc.poison',
      ({ transport: at, reason }) => at === transport && reasons.push(reason),
    );
    const ear = new Ear();
    await using _listener = await serveNotifications(transport, [topic], [ear], { allowRequeue: true });
    await using peer = await rawPeerOn(bus);
    for (const body of [
      '{"oslo.version": "2.0"',
      '[]',
      '{"priority": "LOUD"}',
      '{}',
      '{"priority": {"toString": 5}}',
    ]) {
      peer.publish('openstack', 'notifications.info', Buffer.from(body));
    }
    peer.publish('openstack', 'notifications.info', { priority: 'info', payload: 'fine' });
    await ear.has(1);
    unlisten();
    expect(ear.payloads).toEqual(['fine']);
    const [undecodable, unknown] = ['undecodable notification', 'notification of unknown priority'];
    expect(reasons).toEqual([undecodable, undecodable, unknown, unknown, unknown]);
  });

  test('a listener that stops finishes what it handles, and what it had not started is there for the next', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    for (const n of [1, 2, 3]) await sender.notifier.info({}, 'slow', n);
    await using transport = await connect(bus.url);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const started: unknown[] = [];
    const slow = {
      info: async (_context: RequestContext, { payload }: Notification) => {
        started.push(payload);
        await released;
      },
    };
    const listener = await serveNotifications(transport, [topic], [slow], { workers: 1 });
    await until(() => started.length === 1, { withinMs: deadlineMs, what: 'the first' });
    await listener.stop();
    const ended = listener.wait();
    expect(await Promise.race([ended.then(() => 'ended'), turn('waits')])).toBe('waits');
    release();
    await ended;
    expect(started).toEqual([1]);
    const ear = new Ear();
    await using _next = await serveNotifications(transport, [topic], [ear], { workers: 1 });
    await ear.has(2);
    expect(ear.payloads).toEqual([2, 3]);
  });

  test('a notification whose listener loses its connection is delivered again', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    await sender.notifier.info({}, 'kept', 1);
    await using transport = await connect(bus.url, { name: 'listener' });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const heard: unknown[] = [];
    const once = {
      info: async (_context: RequestContext, { payload }: Notification) => {
        heard.push(payload);
        if (heard.length === 1) await released;
      },
    };
    await using _listener = await serveNotifications(transport, [topic], [once]);
    await until(() => heard.length === 1, { withinMs: deadlineMs, what: 'the first delivery' });
    await bus.closeConnections();
    await until(() => heard.length === 2, { withinMs: deadlineMs, what: 'the second delivery' });
    release();
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, { withinMs: deadlineMs, what: 'ack' });
    expect(heard).toEqual([1, 1]);
  });
});

test('without a topic nothing is listened to', async () => {
  await using transport = await connect('rabbit://127.0.0.1:1/', { waitForBroker: false });
  await expect(serveNotifications(transport, [], [new Ear()])).rejects.toThrow(InvalidTarget);
  await expect(serveNotifications(transport, [{ topic: '' }], [new Ear()])).rejects.toThrow(InvalidTarget);
});
