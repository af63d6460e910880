import { MessagingTimeout } from '@novasim/rpc';
import { LabRefused } from '@novasim/rpcapi';
import { brokersUnderTest, freshBus, queueDepth, tapFirehose, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { LabNotFound, NO_TROUBLE, type Troubled } from '../src/index.ts';
import { openLabBench } from './fixtures/lab-bench.ts';

const out = { side: 'publish', method: 'ring' } as const;
const arriving = { side: 'dispatch', method: 'ring' } as const;

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a cast that is held on its way out is not on the bus, its sender goes on, and it runs once released', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    await using bench = await openLabBench(bus);
    await bench.desk.addRule({ action: 'hold', match: out });
    await bench.client.cast({ request_id: 'req-1' }, 'ring', { who: 'ann' });
    await bench.client.cast({}, 'ring', { who: 'bob' }); // the rule was for one
    await until(() => bench.bell.rung.length === 1);
    const held = await heldBy(bench.desk, 'sender.box');
    expect(held).toMatchObject({ side: 'publish', kind: 'cast', topic: 'bell', method: 'ring', request_id: 'req-1' });
    // The firehose trails behind: what it has told once Bob's has come is all that was sent before.
    await firehose.seen((record) => record.kind === 'publish' && record.routing_key === 'bell');
    expect(bodiesTo(firehose, 'bell')).toEqual([expect.stringContaining('bob')]);

    await bench.desk.settle(held.id, 'goes-on');
    await until(() => bench.bell.rung.length === 2);
    expect(bench.bell.rung).toEqual(['bob', 'ann']);
    expect(bench.desk.services.flatMap((service) => service.held)).toEqual([]);
  });

  test('a call that is held where it arrives is acknowledged and does not run; dropped, it is never answered', async () => {
    await using bus = await freshBus(broker);
    await using bench = await openLabBench(bus);
    await bench.desk.addRule({ action: 'hold', match: arriving });
    const answer = bench.client.call({}, 'ring', { who: 'ann' }).catch((error: unknown) => error);
    const held = await heldBy(bench.desk, 'receiver.box');
    expect(held).toMatchObject({ side: 'dispatch', kind: 'call', server: 'tower' });
    expect(await queueDepth(bus, 'bell')).toBe(0);
    await bench.desk.settle(held.id, 'lost');
    expect(await answer).toBeInstanceOf(MessagingTimeout);
    expect(bench.bell.rung).toEqual([]);
    expect(await bench.client.call({}, 'ring', { who: 'bob' })).toBe('rung by bob');
  });

  test('a message that is dropped never comes, as often as the rule says', async () => {
    await using bus = await freshBus(broker);
    await using bench = await openLabBench(bus);
    await bench.desk.addRule({ action: 'drop', times: 2, match: out });
    for (const who of ['ann', 'bob', 'cid']) await bench.client.cast({}, 'ring', { who });
    await until(() => bench.bell.rung.length === 1);
    expect(bench.bell.rung).toEqual(['cid']);
  });

  test('a message that is doubled travels twice and runs once', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    await using bench = await openLabBench(bus);
    await bench.desk.addRule({ action: 'duplicate', match: out });
    await bench.client.cast({}, 'ring', { who: 'ann' });
    await firehose.seen((record) => record.kind === 'deliver' && record.queue === 'bell', 2);
    await firehose.seen((record) => record.kind === 'publish' && record.routing_key === 'bell', 2);
    const [first, twin] = bodiesTo(firehose, 'bell');
    expect(twin).toBe(first);
    await bench.client.call({}, 'ring', { who: 'bob' });
    expect(bench.bell.rung).toEqual(['ann', 'bob']);
  });

  test('a message that is delayed comes later, and one after it passes it', async () => {
    await using bus = await freshBus(broker);
    await using bench = await openLabBench(bus);
    await bench.desk.addRule({ action: 'delay', delay_ms: 300, match: out });
    await bench.client.cast({}, 'ring', { who: 'ann' });
    await bench.client.call({}, 'ring', { who: 'bob' });
    await until(() => bench.bell.rung.length === 2);
    expect(bench.bell.rung).toEqual(['bob', 'ann']);
  });

  test('a reply can be caught by the method that it answers', async () => {
    await using bus = await freshBus(broker);
    await using bench = await openLabBench(bus);
    await bench.desk.addRule({ action: 'drop', match: { ...out, kind: 'reply' } });
    await expect(bench.client.call({}, 'ring', { who: 'ann' })).rejects.toThrow(MessagingTimeout);
    expect(bench.bell.rung).toEqual(['ann']);
  });

  test('a connection that the lab breaks comes back, and the service serves on', async () => {
    await using bus = await freshBus(broker);
    await using bench = await openLabBench(bus);
    const lost = Promise.withResolvers<void>();
    bench.sender.on('lost', () => lost.resolve());
    await Promise.all([bench.desk.breakConnection('sender.box'), lost.promise]);
    expect(await bench.client.call({}, 'ring', { who: 'ann' })).toBe('rung by ann');
  });
});

test('what is held goes on when the service stops', async () => {
  await using bus = await freshBus();
  await using bench = await openLabBench(bus);
  await bench.desk.addRule({ action: 'hold', match: out });
  await bench.desk.addRule({ action: 'hold', match: arriving });
  await bench.client.cast({}, 'ring', { who: 'ann' });
  await heldBy(bench.desk, 'sender.box');
  await bench.stop('sender');
  await heldBy(bench.desk, 'receiver.box');
  expect(bench.bell.rung).toEqual([]);
  await bench.stop('receiver');
  expect(bench.bell.rung).toEqual(['ann']);
});

test('a rule counts for all services together, and names the ones it is for', async () => {
  await using bus = await freshBus();
  await using bench = await openLabBench(bus);
  await bench.desk.addRule({ action: 'delay', delay_ms: 1, match: { side: 'publish' } });
  expect(rulesOf(bench.desk)).toEqual(['receiver.box', 'sender.box']);
  await bench.client.call({}, 'ring', { who: 'ann' });
  await until(() => rulesOf(bench.desk).length === 0, { what: 'the rule is used up everywhere' });

  const { id } = await bench.desk.addRule({ action: 'hold', match: { side: 'publish', service: 'sender' } });
  expect(rulesOf(bench.desk)).toEqual(['sender.box']);
  await bench.desk.removeRule(id);
  expect(rulesOf(bench.desk)).toEqual([]);
});

test('a hypervisor is troubled by its host', async () => {
  const hypervisor: Troubled = { trouble: NO_TROUBLE };
  await using bus = await freshBus();
  await using bench = await openLabBench(bus, { hypervisors: new Map([['h1', hypervisor]]) });
  await bench.desk.trouble('h1', { slow_ms: 0, fail_next: 2, fail_rate: 0 });
  expect(hypervisor.trouble.fail_next).toBe(2);
  await expect(bench.desk.trouble('h1', { ...NO_TROUBLE, fail_rate: 7 })).rejects.toThrow(
    new LabRefused('fail_rate is 7: wants 0 to 1'),
  );
});

test('what is not there is told with what is', async () => {
  await using bus = await freshBus();
  await using bench = await openLabBench(bus);
  const notFound = (words: string) => expect.objectContaining({ name: LabNotFound.name, message: words });
  const match = { side: 'publish', service: 'api' } as const;
  await expect(bench.desk.addRule({ action: 'drop', match })).rejects.toEqual(
    notFound('no service "api": receiver.box, sender.box'),
  );
  await expect(bench.desk.settle('x', 'lost')).rejects.toEqual(notFound('no held message "x": there is none'));
  await expect(bench.desk.trouble('h9', NO_TROUBLE)).rejects.toEqual(
    notFound('no hypervisor of a host "h9": there is none'),
  );
  await expect(bench.desk.kill('api', 'SIGKILL')).rejects.toThrow('no service that a launcher runs "api"');
});

test('without NOVASIM_LAB nothing is served and nothing stands between', async () => {
  await using bus = await freshBus();
  await using _bench = await openLabBench(bus);
  const { queues } = await bus.topology();
  expect(queues.map(({ name }) => name).filter((name) => name.startsWith('lab.'))).toEqual([
    'lab.receiver.box',
    'lab.sender.box', // and none of the desk, which joined the bus without the lab
  ]);
});

type Desk = Awaited<ReturnType<typeof openLabBench>>['desk'];

function heldBy(desk: Desk, name: string) {
  return until(() => desk.services.find((service) => service.name === name)?.held[0], { what: `${name} holds one` });
}

function rulesOf(desk: Desk): readonly string[] {
  return desk.services.filter(({ rules }) => rules.length > 0).map(({ name }) => name);
}

function bodiesTo(firehose: Awaited<ReturnType<typeof tapFirehose>>, routingKey: string): readonly string[] {
  return firehose.records
    .filter((record) => record.kind === 'publish' && record.routing_key === routingKey)
    .map(({ body }) => body.toString());
}
