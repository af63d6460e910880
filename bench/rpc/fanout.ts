import { median } from '../statistics.ts';
import { bound } from './bounds.ts';
import type { Library, LibraryName } from './libraries.ts';
import { type Ground, type Pair, startPair } from './pair.ts';
import type { Plan } from './plan.ts';
import type { Figures } from './report.ts';
import { Rounds } from './rounds.ts';

const servers = 50;
const fanning: readonly LibraryName[] = ['novasim', 'amqplib', 'oslo.messaging'];

/** From the moment a fanout is sent to the moment the last of fifty servers in one process has it. */
export async function measureFanout(libraries: readonly Library[], ground: Ground, plan: Plan): Promise<Figures> {
  plan.say(`fanouts to ${servers} servers`);
  await using opened = new AsyncDisposableStack();
  const pairs: Pair[] = [];
  for (const library of libraries.filter(({ name }) => fanning.includes(name))) {
    pairs.push(opened.use(await startPair(library, ground, servers)));
  }
  const sent = new Map(pairs.map((pair) => [pair, 0]));
  const fan = async (pair: Pair): Promise<number> => {
    const count = (sent.get(pair) ?? 0) + servers;
    sent.set(pair, count);
    const { atMs } = await pair.client.ask({ do: 'fanout' });
    return (await pair.server.ask({ do: 'await casts', count })).atMs - atMs;
  };
  const run = async (pair: Pair): Promise<number> => {
    const latenciesMs: number[] = [];
    const fanouts = pair.library.name === 'oslo.messaging' ? plan.count / 10 : plan.count;
    for (let index = 0; index < fanouts; index += 1) latenciesMs.push(await fan(pair));
    return median(latenciesMs);
  };
  for (const pair of pairs) for (let warm = 0; warm < 20; warm += 1) await fan(pair);
  const rounds = await Rounds.of(plan.rounds, pairs, ({ library }) => library.name, run);
  const itself = (ms: number) => ms;
  return {
    bounds: [
      bound(
        `fanout to ${servers} servers of one process, novasim : amqplib`,
        '≤',
        1.5,
        rounds.ratios('novasim', 'amqplib', itself),
      ),
    ],
    sections: [
      {
        title: `A fanout to ${servers} servers of one process`,
        columns: ['library', 'ms until the last has it'],
        rows: pairs.map(({ library: { name } }) => [name, rounds.median(name, itself)?.toFixed(2) ?? '—']),
      },
    ],
  };
}
