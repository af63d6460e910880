import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { freshBus } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { decodeMessage } from '../src/envelope.ts';
import { parseJson } from '../src/json.ts';
import { mutate, seeded } from './mutate.ts';
import { clientOn, serveProbe } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

const folder = new URL('./vectors/', import.meta.url);
const bodies = readdirSync(folder)
  .filter((name) => !/^(frames-|topology)/.test(name))
  .map((name) => parseJson(readFileSync(new URL(name, folder), 'utf8')) as { body_raw: string })
  .map(({ body_raw }) => body_raw)
  .filter((body) => body.startsWith('{'));
const mutations = 100_000;

test('a server and a client still answer after 100,000 mutated messages each', { timeout: 300_000 }, async () => {
  await using bus = await freshBus();
  const connectOptions = { options: { kombu_missing_consumer_retry_timeout: 0 } };
  await using server = await serveProbe(bus, { server: 'a', connectOptions });
  await using peer = await clientOn(bus);
  await using raw = await rawPeerOn(bus);
  await peer.client.call({}, 'nothing', {});
  const replyQueue = (await bus.topology()).queues.find(({ name }) => name.startsWith('reply_'))?.name ?? 'none';
  const waiting = peer.client.prepare({ timeoutMs: 300_000 }).call({}, 'hold', { value: 'all along' });
  await server.probe.seen(1);
  const random = seeded(7);
  for (let count = 0; count < mutations; count++) {
    const body = mutate(bodies[count % bodies.length] ?? '', random);
    raw.publish('openstack', 'demo', body);
    if (!raw.publish('', replyQueue, body)) await once(raw.channel, 'drain');
    if (count % 5_000 === 0) expect(await peer.client.call({}, 'echo', { value: count })).toBe(count);
  }
  expect(await peer.client.call({}, 'echo', { value: 'alive' })).toBe('alive');
  server.probe.release();
  expect(await waiting).toBe('all along');
});

test('each of 20,000 calls ends, though what answers it first is mutated', { timeout: 300_000 }, async () => {
  await using bus = await freshBus();
  await using raw = await rawPeerOn(bus);
  await raw.channel.assertExchange('openstack', 'topic', { durable: false });
  await raw.channel.assertQueue('demo', { durable: false });
  await raw.channel.bindQueue('demo', 'openstack', 'demo');
  const replies = bodies.filter((body) => body.includes('\\"ending\\"'));
  const random = seeded(11);
  let answered = 0;
  await raw.channel.consume(
    'demo',
    (request) => {
      const { _msg_id: id, _reply_q: queue } = decodeMessage(request?.content ?? Buffer.alloc(0), {});
      const reply = (replies[answered++ % replies.length] ?? '').replace(/(_msg_id\\": \\")[0-9a-f]{32}/, `$1${id}`);
      raw.publish('', String(queue), mutate(reply, random));
      raw.publish('', String(queue), { result: 'end', failure: null, ending: true, _msg_id: id, _unique_id: id });
    },
    { noAck: true },
  );
  await using peer = await clientOn(bus);
  const reasons = new Set<string>();
  for (let count = 0; count < 20_000; count += 200) {
    const calls = Array.from({ length: 200 }, () => peer.client.prepare({ timeoutMs: 60_000 }).call({}, 'nothing', {}));
    for (const call of await Promise.allSettled(calls))
      reasons.add(call.status === 'rejected' ? call.reason.name : 'answered');
  }
  expect(reasons).not.toContain('MessagingTimeout');
  expect(reasons).toContain('answered');
  expect(reasons).toContain('PoisonMessage');
});
