import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { type Bus, brokersUnderTest, freshBus, queueDepth, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import {
  type BatchedNotification,
  connect,
  InvalidTarget,
  type Notification,
  type NotificationFilter,
  Notifier,
  type NotifierOptions,
  onDiagnostic,
  type RequestContext,
  serveNotificationBatches,
  serveNotifications,
} from '../src/index.ts';
import { timestamp } from '../src/notify/notifier.ts';
import { deadlineMs } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

/** What a listener heard, in order of arrival. */
class Ear {
  readonly heard: { context: RequestContext; notification: Notification }[] = [];
  /** What the methods answer, one after the other; then `handled`. */
  readonly answers: unknown[];
  readonly filter?: NotificationFilter;

  constructor({ answers = [], filter }: { answers?: readonly unknown[]; filter?: NotificationFilter } = {}) {
    this.answers = [...answers];
    if (filter !== undefined) this.filter = filter;
  }

  info(context: RequestContext, notification: Notification): unknown {
    return this.#hear(context, notification);
  }

  warn(context: RequestContext, notification: Notification): unknown {
    return this.#hear(context, notification);
  }

  get payloads(): unknown[] {
    return this.heard.map(({ notification }) => notification.payload);
  }

  /** Resolves when so many were heard. */
  async has(count: number): Promise<void> {
    await until(() => this.heard.length >= count, { withinMs: deadlineMs, what: `${count} notifications` });
  }

  #hear(context: RequestContext, notification: Notification): unknown {
    this.heard.push({ context, notification });
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** A notifier with a transport of its own. */
async function notifierOn(bus: Bus, options: NotifierOptions = {}): Promise<{ notifier: Notifier } & AsyncDisposable> {
  const transport = await connect(bus.url);
  const notifier = new Notifier(transport, { publisherId: 'compute.host1', ...options });
  return { notifier, [Symbol.asyncDispose]: () => transport.close() };
}

const topic = { topic: 'notifications' };
const vector = (name: string): { body_raw: string; message_decoded: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'));

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

  test.for([
    ['messaging', 'notify-info-v1'],
    ['messagingv2', 'notify-info-v2'],
  ] as const)('%s puts on the wire what oslo.messaging does', async ([driver, name]) => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus, { drivers: [driver] });
    const recorded = vector(name);
    const context = { user_id: 'u1', project_id: 'p1', roles: ['r'], request_id: 'req-1', auth_token: 'secret' };
    await sender.notifier.info(context, 'compute.instance.create.end', recorded.message_decoded['payload']);
    await using peer = await rawPeerOn(bus);
    const message = await peer.channel.get('notifications.info', { noAck: true });
    if (message === false) throw new Error('no message in notifications.info');
    expect(message.properties).toMatchObject({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      priority: 0,
      headers: {},
    });
    const body = JSON.parse(message.content.toString());
    const outer = JSON.parse(recorded.body_raw);
    expect(Object.keys(body)).toEqual(Object.keys(outer));
    const sent = driver === 'messaging' ? body : JSON.parse(body['oslo.message']);
    expect(Object.keys(sent)).toEqual(Object.keys(recorded.message_decoded));
    const { message_id, timestamp: at, _unique_id, ...rest } = recorded.message_decoded;
    expect(sent).toMatchObject(rest);
    expect(typeof sent.message_id).toBe(typeof message_id);
    expect([typeof sent.timestamp, typeof sent._unique_id]).toEqual([typeof at, typeof _unique_id]);
  });

  test('a notifier that declares no queue leaves none behind, and is heard once somebody listens', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus, { declaresQueue: false });
    await sender.notifier.info({}, 'counted', 1);
    expect((await bus.topology()).queues).toEqual([]);

    await using transport = await connect(bus.url);
    const ear = new Ear();
    await using _listener = await serveNotifications(transport, [topic], [ear]);
    await sender.notifier.info({}, 'counted', 2);
    await ear.has(1);
    expect(ear.payloads).toEqual([2]);
  });

  test('every topic gets a copy with the same message id, and noop sends nothing', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus, { topics: ['a', 'b'] });
    await using silent = await notifierOn(bus, { topics: ['a', 'b'], drivers: ['noop'] });
    await silent.notifier.warn({}, 'nothing', {});
    await sender.notifier.warning({}, 'something', { n: 1 });
    await using transport = await connect(bus.url);
    const ear = new Ear();
    await using _listener = await serveNotifications(transport, [{ topic: 'a' }, { topic: 'b' }], [ear]);
    await ear.has(2);
    expect(ear.heard.map(({ notification }) => notification.eventType)).toEqual(['something', 'something']);
    expect(new Set(ear.heard.map(({ notification }) => notification.messageId)).size).toBe(1);
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

  test('a batch is handled when it is full, or when its first has waited long enough, by priority', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    for (const n of [1, 2, 3, 4]) await sender.notifier.info({}, 'counted', n);
    await using transport = await connect(bus.url);
    const batches: unknown[][] = [];
    const hear = (notifications: readonly BatchedNotification[]): void => {
      batches.push(notifications.map(({ notification }) => notification.payload));
    };
    const options = { size: 3, timeoutMs: 500 };
    await using _listener = await serveNotificationBatches(transport, [topic], [{ info: hear, warn: hear }], options);
    await until(() => batches.flat().length === 4, { withinMs: deadlineMs, what: 'four in batches' });
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  test('a batch that is given back comes again, all of its priority and nothing else', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    await using transport = await connect(bus.url);
    const heard: Record<string, unknown[]> = { info: [], warn: [] };
    const answers: unknown[] = [new Error('not now'), 'requeue'];
    const endpoint = {
      info: (notifications: readonly BatchedNotification[]): unknown => {
        heard['info']?.push(...notifications.map(({ notification }) => notification.payload));
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      warn: (notifications: readonly BatchedNotification[]): void => {
        heard['warn']?.push(...notifications.map(({ notification }) => notification.payload));
      },
    };
    const options = { size: 3, timeoutMs: 20, allowRequeue: true };
    await using _listener = await serveNotificationBatches(transport, [topic], [endpoint], options);
    await sender.notifier.warn({}, 'counted', 'w');
    await sender.notifier.info({}, 'counted', 'i');
    await until(() => heard['info']?.length === 3 && heard['warn']?.length === 1, {
      withinMs: deadlineMs,
      what: 'all',
    });
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, { withinMs: deadlineMs, what: 'ack' });
    expect(heard).toEqual({ info: ['i', 'i', 'i'], warn: ['w'] });
  });

  test('a batch that was not full when its listener stopped is there for the next', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    for (const n of [1, 2]) await sender.notifier.info({}, 'kept', n);
    await using transport = await connect(bus.url);
    const never = { info: () => expect.fail('the batch is not full') };
    const listener = await serveNotificationBatches(transport, [topic], [never], { size: 10 });
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, {
      withinMs: deadlineMs,
      what: 'both',
    });
    await listener.close();
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 2, {
      withinMs: deadlineMs,
      what: 'both',
    });
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

test('a notification that cannot be sent is told to those who watch, never to who notifies', async () => {
  await using transport = await connect('rabbit://127.0.0.1:1/', { waitForBroker: false });
  const told: unknown[] = [];
  const unlisten = onDiagnostic('rpc.notify', (event) => event.transport === transport && told.push(event));
  await new Notifier(transport, { retry: 0 }).error({}, 'lost', {});
  unlisten();
  expect(told).toMatchObject([
    { topic: 'notifications', priority: 'error', eventType: 'lost', error: { code: 'MESSAGE_DELIVERY_FAILURE' } },
  ]);
});

test('without a topic nothing is listened to', async () => {
  await using transport = await connect('rabbit://127.0.0.1:1/', { waitForBroker: false });
  await expect(serveNotifications(transport, [], [new Ear()])).rejects.toThrow(InvalidTarget);
  await expect(serveNotifications(transport, [{ topic: '' }], [new Ear()])).rejects.toThrow(InvalidTarget);
});

test.for([
  ['2026-11-20T08:18:35.755Z', '2026-11-20 08:18:35.755000'],
  ['2026-11-20T08:18:35.000Z', '2026-11-20 08:18:35'],
] as const)('%s is written %s, as Python does', ([time, text]) => {
  expect(timestamp(new Date(time))).toBe(text);
});
