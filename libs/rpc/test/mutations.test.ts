import { readdirSync, readFileSync } from 'node:fs';
import { freshBus } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { parseJson } from '../src/json.ts';
import { clientOn, serveProbe } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

const folder = new URL('./vectors/', import.meta.url);
const bodies = readdirSync(folder)
  .filter((name) => !/^(frames-|topology)/.test(name))
  .map((name) => parseJson(readFileSync(new URL(name, folder), 'utf8')) as { body_raw: string })
  .map(({ body_raw }) => body_raw);

/** A generator of numbers from 0 to 1 that gives the same ones each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const words = [
  'null',
  '""',
  '{}',
  '[]',
  '1e999',
  '-1',
  'NaN',
  '"__proto__"',
  '\\"',
  '}',
  '2.0',
  '9'.repeat(400),
  '['.repeat(3_000),
];

function mutate(body: string, random: () => number): Buffer {
  const bytes = Buffer.from(body);
  const at = Math.floor(random() * bytes.length);
  const choice = random();
  if (choice < 0.3) bytes[at] = Math.floor(random() * 256);
  if (choice < 0.5) return bytes.subarray(0, choice < 0.3 ? bytes.length : at);
  const word = Buffer.from(words[Math.floor(random() * words.length)] ?? '');
  const upTo = at + Math.floor(random() * 20);
  return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(upTo)]);
}

test('a server and a client still work after 6000 mutated messages each', { timeout: 60_000 }, async () => {
  await using bus = await freshBus();
  const connectOptions = { options: { kombu_missing_consumer_retry_timeout: 0 } };
  await using _server = await serveProbe(bus, { server: 'a', connectOptions });
  await using peer = await clientOn(bus);
  await using raw = await rawPeerOn(bus);
  await peer.client.call({}, 'nothing', {});
  const replyQueue = (await bus.topology()).queues.find(({ name }) => name.startsWith('reply_'))?.name ?? 'none';
  const random = seeded(7);
  for (let count = 0; count < 6_000; count++) {
    const body = mutate(bodies[count % bodies.length] ?? '', random);
    raw.publish('openstack', 'demo', body);
    raw.publish('', replyQueue, body);
    if (count % 500 === 0) expect(await peer.client.call({}, 'echo', { value: count })).toBe(count);
  }
  expect(await peer.client.call({}, 'echo', { value: 'alive' })).toBe('alive');
});
