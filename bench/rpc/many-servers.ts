import { fileURLToPath } from 'node:url';
import { bound } from './bounds.ts';
import { busOn, type Ground } from './pair.ts';
import type { Plan } from './plan.ts';
import type { ManyAnswer } from './protocol.ts';
import type { Figures } from './report.ts';
import { Rounds } from './rounds.ts';
import { startProgram } from './subject.ts';

const programs = [
  { name: 'novasim', file: 'ours-many.ts' },
  { name: 'amqplib', file: 'raw-many.ts' },
] as const;

/** A thousand servers in one process: each has three queues and consumes them. */
export async function measureManyServers(ground: Ground, plan: Plan): Promise<Figures> {
  const servers = 1_000;
  plan.say(`${servers} servers in one process`);
  const rounds = await Rounds.of(
    plan.manyRounds,
    programs,
    ({ name }) => name,
    async ({ file }) => {
      await using bus = await busOn(ground);
      const program = fileURLToPath(new URL(file, import.meta.url));
      await using subject = await startProgram(process.execPath, ['--expose-gc', program, bus.url]);
      return subject.ask({ do: 'start servers', count: servers });
    },
  );
  const ms = (answer: ManyAnswer) => answer.ms;
  const heapKb = (answer: ManyAnswer) => answer.heapKb;
  return {
    bounds: [
      bound(`${servers} servers up, novasim : declares by hand`, '≤', 1.3, rounds.ratios('novasim', 'amqplib', ms)),
      bound('heap of each of them', '≤', 40, rounds.values('novasim', heapKb), { digits: 1, unit: ' kB' }),
    ],
    sections: [
      {
        title: `${servers} servers in one process on one connection`,
        columns: ['library', 'ms until all are up', 'kB of heap each'],
        rows: programs.map(({ name }) => [
          name,
          rounds.median(name, ms)?.toFixed(0) ?? '—',
          rounds.median(name, heapKb)?.toFixed(1) ?? '—',
        ]),
      },
    ],
  };
}
