import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { freshBus } from '@novasim/testkit';
import { expect, test } from 'vitest';
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
