import { readFileSync } from 'node:fs';
import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { connect, Notifier, onDiagnostic, serveNotifications } from '../src/index.ts';
import { timestamp } from '../src/notify/notifier.ts';
import { Ear } from './ear.ts';
import { notifierOn } from './notifier-on.ts';
import { rawPeerOn } from './raw-peer.ts';

const topic = { topic: 'notifications' };
const vector = (name: string): { body_raw: string; message_decoded: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'));

describe.each(await brokersUnderTest())('on $name', (broker) => {
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

test.for([
  ['2026-11-20T08:18:35.755Z', '2026-11-20 08:18:35.755000'],
  ['2026-11-20T08:18:35.000Z', '2026-11-20 08:18:35'],
] as const)('%s is written %s, as Python does', ([time, text]) => {
  expect(timestamp(new Date(time))).toBe(text);
});
