import { bound } from './bounds.ts';
import type { Library, LibraryName } from './libraries.ts';
import { type Ground, type Load, type Pair, startPair } from './pair.ts';
import type { Plan } from './plan.ts';
import type { Figures } from './report.ts';
import { Rounds } from './rounds.ts';
import { peakMemoryMb } from './subject.ts';

const inFlight = 512;
/** NestJS and Moleculer have no casts that the broker confirms. */
const confirming: readonly LibraryName[] = ['novasim', 'amqplib', 'oslo.messaging'];

/** Casts per second, each confirmed by the broker, while the server takes them. */
export async function measureCasts(libraries: readonly Library[], ground: Ground, plan: Plan): Promise<Figures> {
  plan.say(`confirmed casts, ${inFlight} in flight`);
  await using opened = new AsyncDisposableStack();
  const pairs: Pair[] = []; // fresh ones, whose memory is that of casts alone
  for (const library of libraries.filter(({ name }) => confirming.includes(name))) {
    pairs.push(opened.use(await startPair(library, ground)));
  }
  const run = (pair: Pair) => pair.run({ do: 'casts', inFlight, bytes: 300, seconds: plan.seconds });
  const rounds = await Rounds.of(plan.rounds, pairs, ({ library }) => library.name, run);
  const perSecond = (load: Load) => load.perSecond;
  const memory = pairs.map(({ client, server }) => [peakMemoryMb(client.pid), peakMemoryMb(server.pid)] as const);
  const [client = 0, server = 0] = memory[pairs.findIndex(({ library }) => library.name === 'novasim')] ?? [];
  const lost = pairs.find(({ library }) => library.name === 'novasim')?.lostCasts ?? Number.NaN;
  const whole = (value: number | undefined) => value?.toFixed(0) ?? '—';
  return {
    bounds: [
      bound(
        'confirmed casts/s, novasim : amqplib with confirms',
        '≥',
        1,
        rounds.ratios('novasim', 'amqplib', perSecond),
      ),
      bound(
        'confirmed casts/s, novasim : oslo.messaging',
        '≥',
        12,
        rounds.ratios('novasim', 'oslo.messaging', perSecond),
      ),
      bound('confirmed casts lost', '=', 0, [lost], { digits: 0 }),
      bound('most memory of client or server', '≤', 250, [Math.max(client, server)], { digits: 0, unit: ' MB' }),
    ],
    sections: [
      {
        title: `Confirmed casts, ${inFlight} in flight, 300 B`,
        columns: ['library', 'casts/s', 'CPU ms per 1,000: client + server + broker', 'peak MB: client, server'],
        rows: pairs.map(({ library: { name } }, index) => [
          name,
          whole(rounds.median(name, perSecond)),
          [
            rounds.median(name, ({ clientUs }) => clientUs),
            rounds.median(name, ({ serverUs }) => serverUs),
            rounds.median(name, ({ brokerUs }) => brokerUs),
          ]
            .map(whole)
            .join(' + '),
          memory[index]?.map(whole).join(', ') ?? '—',
        ]),
      },
    ],
  };
}
