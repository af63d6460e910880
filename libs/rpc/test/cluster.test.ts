import { hasLocalRabbitmq, startRabbitmqCluster, until } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { connect, RpcClient, serve } from '../src/index.ts';
import { Probe } from './probe.ts';

// Every queue on all nodes, those for replies too: an answer must survive as well.
const options = { rabbit_quorum_queue: true, rabbit_transient_quorum_queue: true };
const timeout = 240_000; // three brokers start, and one of them twice

test('nothing confirmed is lost and nothing runs twice when the leader of a cluster is killed under load', {
  timeout,
}, async ({ annotate }) => {
  if (!(await hasLocalRabbitmq())) return annotate('not available: no rabbitmq-server on this machine');
  await using cluster = await startRabbitmqCluster();
  const vhost = await cluster.addVirtualHost();
  const url = cluster.url(vhost);
  const probe = new Probe();
  await using serving = await connect(url, { name: 'server', options });
  await using _server = await serve(serving, { topic: 'demo', server: 'a' }, [probe]);
  await using calling = await connect(url, { name: 'client', options, responseTimeoutMs: 60_000 });
  const client = new RpcClient<Probe>(calling, { topic: 'demo' });

  let isOver = false;
  const confirmed: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (!isOver) {
      const value = next;
      next += 1;
      await client.cast({}, 'record', { value });
      confirmed.push(value);
      expect(await client.call({}, 'echo', { value })).toBe(value);
    }
  };
  const workers = Promise.all(Array.from({ length: 16 }, worker));
  await until(() => confirmed.length > 100, { withinMs: 30_000, what: 'a hundred requests' });
  const leader = await cluster.leaderOf(vhost, 'demo');
  await leader.kill();
  const goal = confirmed.length + 200;
  await until(() => confirmed.length > goal, { withinMs: 60_000, what: 'two hundred requests after the kill' });
  isOver = true;
  await workers;

  await until(() => new Set(probe.heard).size >= confirmed.length, { withinMs: 30_000, what: 'the last casts' });
  expect(probe.heard.toSorted((a, b) => Number(a) - Number(b))).toEqual(confirmed.toSorted((a, b) => a - b));

  expect((await cluster.leaderOf(vhost, 'demo')).name).not.toBe(leader.name);
  await leader.start();
  await cluster.whole(vhost, 'demo');
  return undefined;
});
