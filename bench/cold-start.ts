import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBenchCloud } from './bench-cloud.ts';
import { memoryMb } from './process-figures.ts';
import type { Section } from './report.ts';
import { spread } from './statistics.ts';

/** From the launcher's first instruction to its greeting, and what everything then holds in memory. */
export async function measureStarts(rounds: number): Promise<Section> {
  const compiled = await mkdtemp(join(tmpdir(), 'novasim-compiled-'));
  const first: number[] = [];
  const later: number[] = [];
  const memory: Record<string, { readonly rss: number; readonly pss: number }>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await rm(compiled, { recursive: true, force: true });
    for (const startsMs of [first, later]) {
      await using cloud = await startBenchCloud({ NODE_COMPILE_CACHE: compiled });
      startsMs.push(cloud.startMs);
      if (startsMs === later) {
        memory.push(Object.fromEntries(Object.entries(cloud.pids).map(([name, pid]) => [name, memoryMb(pid)])));
      }
    }
  }
  await rm(compiled, { recursive: true, force: true });

  const services = Object.keys(memory[0] ?? {});
  const of = (name: string, kind: 'rss' | 'pss') => memory.map((round) => round[name]?.[kind] ?? 0);
  const sum = (kind: 'rss' | 'pss') =>
    memory.map((round) => Object.values(round).reduce((total, its) => total + its[kind], 0));
  return {
    title: 'Start (embedded broker, two compute hosts)',
    columns: ['what', 'median (lowest–highest)'],
    rows: [
      ['first start, nothing compiled, ms', spread(first, 0)],
      ['start, ms', spread(later, 0)],
      ...services.map((name) => [`memory of ${name}, MB resident`, spread(of(name, 'rss'), 0)]),
      ['memory of all, MB resident', spread(sum('rss'), 0)],
      ['memory of all, MB, shared pages counted once', spread(sum('pss'), 0)],
    ],
  };
}
