import { readdirSync, readFileSync } from 'node:fs';
import { type BrokerUnderTest, type Bus, brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import {
  connect,
  MessageUndeliverable,
  Notifier,
  RpcClient,
  serve,
  serveNotifications,
  type Transport,
} from '../src/index.ts';
import { deadlineMs, Probe } from './probe.ts';
import { type SentMethod, tapWire } from './wire-tap.ts';

/** What peers of oslo.messaging and a broker said to each other. */
interface Recording {
  readonly scenario: string;
  readonly frames: readonly (SentMethod & { readonly from: 'peer' | 'broker' })[];
}

const folder = new URL('./vectors/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.startsWith('frames-'))
  .map((name) => name.replace('.json', ''));

test('there are recordings of frames', () => {
  expect(names.length).toBeGreaterThan(20);
});

describe.each(await brokersUnderTest())('on $name', (broker) => {
  const [possible, impossible] = [names.filter(isPossible(broker)), names.filter((name) => !isPossible(broker)(name))];

  test.for(possible)('%s: our peers send the same', { timeout: 30_000 }, async (name) => {
    const recording = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Recording;
    const recorded = recording.frames.filter(({ from }) => from === 'peer');
    const sent = await doTheSame(await freshBus(broker), recording);
    for (const method of compared) {
      const [wanted, got] = [recorded, sent].map((frames) => told(frames.filter((frame) => frame.method === method)));
      // What we send beside (a bound of our own, an end of consuming) is in the README's differences.
      if (wanted !== undefined && wanted.length > 0) expect(got).toEqual(wanted);
    }
    if (recorded.some(({ method }) => method === 'basic.reject')) expect(settled(sent)).toEqual(settled(recorded));
  });

  test.skipIf(impossible.length === 0).for(impossible)('%s: the broker has no streams', (name) => {
    expect(name).toMatch(/stream/);
  });
});

/** The embedded broker has no streams. */
function isPossible({ kind }: BrokerUnderTest): (name: string) => boolean {
  return (name) => kind !== 'embedded' || !name.includes('stream');
}

/** Methods that decide what is on the broker and where messages go. */
const compared = [
  'basic.qos',
  'exchange.declare',
  'queue.declare',
  'queue.bind',
  'queue.delete',
  'confirm.select',
  'basic.consume',
  'basic.publish',
] as const;

/** Does with our library what a recording shows; returns what was sent. */
async function doTheSame(bus: Bus, { scenario, frames }: Recording): Promise<readonly SentMethod[]> {
  await using opened = new AsyncDisposableStack();
  opened.use(bus);
  const tap = opened.use(await tapWire(bus.url));
  const query = / with (\S+=\S+)$/.exec(scenario)?.[1] ?? '';
  const transportOn = async (url: string): Promise<Transport> =>
    opened.use(await connect(`${url}?${query}`, { controlExchange: 'nova', responseTimeoutMs: deadlineMs }));
  const has = (method: string, fits: (args: SentMethod['args']) => boolean = () => true): boolean =>
    frames.some((frame) => frame.from === 'peer' && frame.method === method && fits(frame.args));
  const publishes = (exchange: string, key: string): boolean =>
    has('basic.publish', (args) => args['exchange'] === exchange && args['routing_key'] === key);

  const isServer = has('queue.declare', ({ queue }) => queue === 'compute') || scenario.includes('server stops');
  const probe = new Probe('host1');
  const server = await serve(await transportOn(isServer ? tap.url : bus.url), { topic: 'compute', server: 'host1' }, [
    probe,
  ]);
  const client = new RpcClient<Probe>(await transportOn(tap.url), { topic: 'compute' });
  if (has('queue.declare', ({ queue }) => String(queue).startsWith('reply_'))) await client.call({}, 'nothing', {});
  else if (publishes('nova', 'compute')) await client.cast({}, 'nothing', {});
  if (publishes('compute_fanout', '')) await client.prepare({ fanout: true }).cast({}, 'nothing', {});
  if (publishes('nova', 'compute.nobody')) {
    const unroutable = client.prepare({ server: 'nobody', atLeastOnce: true }).cast({}, 'nothing', {});
    await expect(unroutable).rejects.toThrow(MessageUndeliverable);
  }
  if (has('queue.delete')) await server.close();
  if (publishes('nova', 'notifications.info')) await new Notifier(await transportOn(tap.url)).info({}, 'e', {});
  if (/listener/.test(scenario))
    await listen(await transportOn(tap.url), await transportOn(bus.url), { scenario, frames });
  return [...tap.sent];
}

/** A listener as the recording has one, that takes as many notifications. */
async function listen(transport: Transport, other: Transport, { scenario, frames }: Recording): Promise<void> {
  const pool = /pool "(\w+)"/.exec(scenario)?.[1];
  const requeues = frames.filter(({ method }) => method === 'basic.reject').length;
  const handled = frames.filter(({ from, method }) => from === 'peer' && method === 'basic.ack').length;
  let heard = 0;
  const hear = (): 'requeue' | 'handled' => (++heard > requeues ? 'handled' : 'requeue');
  const endpoint = pool === undefined ? { info: hear, error: hear } : { info: hear };
  await serveNotifications(transport, [{ topic: 'notifications' }], [endpoint], {
    allowRequeue: true,
    ...(pool === undefined ? {} : { pool }),
  });
  const notifier = new Notifier(other);
  for (let count = 0; count < handled; count++) await notifier[count % 2 === 0 ? 'info' : 'error']({}, 'e', {});
  await until(() => heard === requeues + handled, { withinMs: deadlineMs, what: `${requeues + handled} deliveries` });
  // What follows on the same channel says that the acknowledgements are written.
  await transport.close();
}

/** Frames as sorted texts, each once, without what differs each time or says nothing of the meaning. */
function told(frames: readonly SentMethod[]): readonly string[] {
  const texts = frames.map(({ args }) => {
    const { consumer_tag: _, ticket, ...meaningful } = args;
    const kept = Object.entries(meaningful).filter(
      ([name]) => !['passive', 'nowait', 'internal', 'immediate'].includes(name),
    );
    return JSON.stringify(Object.fromEntries(kept.toSorted(([a], [b]) => a.localeCompare(b))))
      .replaceAll(/[0-9a-f]{32}/g, '<id>')
      .replaceAll(/:\d+"/g, ':<n>"');
  });
  return [...new Set(texts)].toSorted();
}

/** How deliveries were settled, in order; acknowledgements in a row are one, as `multiple` may make them. */
function settled(frames: readonly SentMethod[]): readonly string[] {
  const ends = frames
    .filter(({ method }) => method === 'basic.ack' || method === 'basic.reject')
    .map(({ method, args }) => (method === 'basic.ack' ? 'ack' : `reject, requeue ${args['requeue']}`));
  return ends.filter((end, index) => end !== ends[index - 1]);
}
