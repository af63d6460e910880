import { type RabbitmqCluster, startRabbitmqCluster } from '../../libs/testkit/src/index.ts';
import { quantile } from '../statistics.ts';
import { type Bound, bound } from './bounds.ts';
import { startChaosPair } from './chaos-pair.ts';
import { now } from './lines.ts';
import { topic } from './protocol.ts';
import type { Figures } from './report.ts';

const everyMs = 10;
/** All queues on all nodes, those for replies too: an answer must survive as well. */
const options = { rabbit_quorum_queue: true, rabbit_transient_quorum_queue: true };

/** The node that leads the topic's queue is killed again and again under load; it comes back each time. */
export async function killLeaders(rounds: number, say: (what: string) => void): Promise<Figures> {
  say('starting three nodes');
  await using cluster = await startRabbitmqCluster();
  const vhost = await cluster.addVirtualHost();
  await using pair = await startChaosPair(cluster.url(vhost), options, everyMs);
  await pair.recovery(now(), 100);
  const first: number[] = [];
  const blackouts: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const leader = await cluster.leaderOf(vhost, topic);
    const atMs = now();
    await leader.kill();
    const recovered = await pair.recovery(atMs, 100);
    first.push(recovered.firstMs);
    blackouts.push(recovered.blackoutMs);
    say(
      `leader ${round} of ${rounds} killed: next call ${recovered.firstMs.toFixed(0)} ms, blackout ${recovered.blackoutMs.toFixed(0)} ms`,
    );
    await leader.start();
    await heal(cluster, vhost);
    await pair.recovery(now(), 100);
  }
  const books = await pair.end();
  const count = (value: number) => [[value], { digits: 0 }] as const;
  const bounds: readonly Bound[] = [
    bound(`leader killed ${rounds} times: blackout, p99`, '≤', 2_000, [quantile(blackouts, 0.99)], {
      unit: ' ms',
      digits: 0,
    }),
    bound('leader killed: confirmed casts lost', '=', 0, ...count(books.lostCasts)),
    bound('leader killed: answers lost', '=', 0, ...count(books.lostAnswers)),
    bound('leader killed: requests that ran twice', '=', 0, ...count(books.twins)),
  ];
  const whole = (value: number) => value.toFixed(0);
  return {
    bounds,
    sections: [
      {
        title: `The leader of a three-node cluster (RabbitMQ ${cluster.version}, quorum queues) killed under load`,
        columns: [
          'times',
          'calls + casts',
          'next call ms: median, worst',
          'blackout ms: median, worst',
          'failed',
          'failures',
        ],
        rows: [
          [
            String(rounds),
            `${books.calls} + ${books.casts}`,
            `${whole(quantile(first, 0.5))}, ${whole(Math.max(...first))}`,
            `${whole(quantile(blackouts, 0.5))}, ${whole(Math.max(...blackouts))}`,
            String(books.failed),
            JSON.stringify(books.failures),
          ],
        ],
      },
    ],
  };
}

/** The next leader may be killed only when the other two can elect another. */
async function heal(cluster: RabbitmqCluster, vhost: string): Promise<void> {
  for (const queue of [topic, `${topic}.host-0`]) await cluster.whole(vhost, queue);
}
