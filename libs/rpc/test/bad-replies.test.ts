import { brokersUnderTest, freshBus, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { onDiagnostic, type PoisonEvent } from '../src/index.ts';
import { clientOn, largeBytes, type ProbeClient } from './probe.ts';
import { rawPeerOn } from './raw-peer.ts';

/** What a transport could not use, as it tells it. */
function poisonOf({ transport }: ProbeClient): Disposable & { readonly events: PoisonEvent[] } {
  const events: PoisonEvent[] = [];
  const end = onDiagnostic('rpc.poison', (event) => {
    if (event.transport === transport) events.push(event);
  });
  return { events, [Symbol.dispose]: end };
}

const told = 'reply to no waiting call';

describe.each(await brokersUnderTest())('on $name', (broker) => {
  /** A client, and a server that answers by hand. */
  const stage = async () => {
    await using opened = new AsyncDisposableStack();
    const bus = opened.use(await freshBus(broker));
    const peer = opened.use(await clientOn(bus));
    const raw = opened.use(await rawPeerOn(bus));
    const next = await raw.replies('demo');
    await raw.channel.assertExchange('openstack', 'topic', { durable: false });
    await raw.channel.bindQueue('demo', 'openstack', 'demo');
    const nextRequest = async () => {
      const { _msg_id: msgId, _reply_q: queue } = await next();
      const reply = (fields: object, msgIdThen: unknown = msgId) =>
        raw.publish('', String(queue), { result: null, failure: null, ending: true, _msg_id: msgIdThen, ...fields });
      return { msgId: String(msgId), queue: String(queue), reply };
    };
    const poison = poisonOf(peer);
    opened.defer(() => poison[Symbol.dispose]());
    const all = opened.move();
    return { peer, raw, nextRequest, poison, [Symbol.asyncDispose]: () => all.disposeAsync() };
  };

  test('a reply that comes twice, or for no call, is told with its id and dropped', async () => {
    await using at = await stage();
    const calling = at.peer.client.call({}, 'nothing', {});
    const { msgId, reply } = await at.nextRequest();
    reply({ result: 'of nobody' }, 'forged');
    reply({ result: 1 });
    reply({ result: 2 });
    expect(await calling).toBe(1);
    await until(() => at.poison.events.length === 2, { what: 'two replies to be told' });
    expect(at.poison.events.map(({ reason, msgId: id }) => [reason, id])).toEqual([
      [told, 'forged'],
      [told, msgId],
    ]);
  });

  test('a reply after the timeout is told with its id and dropped, and the next call is answered', async () => {
    await using at = await stage();
    const first = at.peer.client.call({}, 'nothing', {}); // opens all that takes time
    (await at.nextRequest()).reply({ result: 1 });
    await first;
    const late = at.peer.client.prepare({ timeoutMs: 200 }).call({}, 'nothing', {});
    const isLate = expect(late).rejects.toMatchObject({ name: 'MessagingTimeout' });
    const { msgId, reply } = await at.nextRequest();
    await isLate;
    reply({ result: 'late' });
    const calling = at.peer.client.call({}, 'nothing', {});
    (await at.nextRequest()).reply({ result: 'in time' });
    expect(await calling).toBe('in time');
    expect(at.poison.events).toMatchObject([{ reason: told, msgId }]);
  });

  test('each of two calls gets what bears its own id, in whatever order', async () => {
    await using at = await stage();
    const calls = [at.peer.client.call({}, 'nothing', {}), at.peer.client.call({}, 'nothing', {})];
    const [first, second] = [await at.nextRequest(), await at.nextRequest()];
    first.reply({ result: 'second' }, second.msgId);
    second.reply({ result: 'first' }, first.msgId);
    expect(await Promise.all(calls)).toEqual(['first', 'second']);
  });

  test.for([
    ['no ending', { ending: undefined }, /has missing as ending/],
    ['an ending that is text', { ending: 'true' }, /has a string as ending/],
    ['a failure that is an object', { failure: { class: 'X' } }, /Remote error: X/],
    ['a failure that is a list in text', { failure: '[]' }, /failure of the reply/],
    [
      'a failure that is a list of odd objects',
      { failure: [{ toString: 1 }] },
      /failure of the reply is no object: \[\{"to/,
    ],
    [
      'a traceback of odd objects',
      { failure: '{"class": "X", "message": "m", "tb": [{"toString": 1}]}' },
      /Remote error: X m/,
    ],
    ['a failure without a class', { failure: '{}' }, /Remote error/],
  ] as const)('a reply with %s ends its call with an error', async ([, fields, message]) => {
    await using at = await stage();
    const calling = at.peer.client.call({}, 'nothing', {});
    (await at.nextRequest()).reply(fields);
    await expect(calling).rejects.toThrow(message);
  });

  test('a reply without failure or result is null', async () => {
    await using at = await stage();
    const calling = at.peer.client.call({}, 'nothing', {});
    (await at.nextRequest()).reply({ failure: undefined, result: undefined });
    expect(await calling).toBeNull();
  });

  test('replies of 20 MB, and in unknown compression, do not stop what follows', async () => {
    await using at = await stage();
    const calling = at.peer.client.call({}, 'nothing', {});
    const { queue, reply } = await at.nextRequest();
    const size = largeBytes(broker);
    const junk = Buffer.alloc(size, '{');
    at.raw.publish('', queue, junk);
    at.raw.publish('', queue, Buffer.from('x'), { headers: { compression: 'application/x-bz2' } });
    at.raw.publish('', queue, Buffer.from('x'), { headers: { compression: { odd: 1 } } });
    reply({ result: 'x'.repeat(size) });
    expect(await calling).toHaveLength(size);
    expect(at.poison.events.map(({ reason }) => reason)).toEqual(Array(3).fill('undecodable reply'));
    expect(String(at.poison.events[1]?.error)).toMatch(/compression 'application\/x-bz2' is not supported/);
  });
});
