import { quantile } from '../statistics.ts';
import { type Bound, bound } from './bounds.ts';
import type { Pair } from './pair.ts';
import type { Plan } from './plan.ts';
import type { Figures } from './report.ts';
import { Rounds } from './rounds.ts';

/** How long one call takes when it is alone. */
export async function measureLatency(pairs: readonly Pair[], plan: Plan): Promise<Figures> {
  const bounds: Bound[] = [];
  const columns: string[] = ['library'];
  const rows: string[][] = pairs.map(({ library }) => [library.name]);
  for (const bytes of [300, 10_000]) {
    plan.say(`calls one at a time, ${bytes} B`);
    const rounds = await Rounds.of(
      plan.rounds,
      pairs,
      ({ library }) => library.name,
      async ({ client }) => {
        const { latenciesMs } = await client.ask({ do: 'one by one', bytes, count: plan.count });
        return { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) };
      },
    );
    columns.push(`${bytes} B p50`, `${bytes} B p99`);
    pairs.forEach(({ library: { name } }, index) => {
      const [p50, p99] = [rounds.median(name, (it) => it.p50), rounds.median(name, (it) => it.p99)];
      rows[index]?.push(p50?.toFixed(3) ?? '—', p99?.toFixed(3) ?? '—');
    });
    const ratios = rounds.ratios('novasim', 'amqplib', ({ p50 }) => p50);
    bounds.push(bound(`p50 of calls one at a time, ${bytes} B, novasim : amqplib`, '≤', 1.5, ratios));
  }
  return { bounds, sections: [{ title: 'Calls one at a time, ms', columns, rows }] };
}
