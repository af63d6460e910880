import { type BenchCloud, startBenchCloud } from './bench-cloud.ts';
import { cpuMs, machineCpuMs, memoryMb } from './process-figures.ts';
import type { Section } from './report.ts';
import { quantile, spread } from './statistics.ts';

/** Boots of a round and how often it is looked for their ends, by how many are under way at once. */
const LOADS = [
  { concurrency: 1, count: 60, pollMs: 2 },
  { concurrency: 8, count: 300, pollMs: 5 },
  { concurrency: 32, count: 800, pollMs: 10 },
] as const;

/** Room for everything, so that only messages are measured. */
export const ROOM = {
  COMPUTE_HOSTS: '8',
  COMPUTE_VCPUS: '100000',
  COMPUTE_MEMORY_MB: '100000000',
  COMPUTE_DISK_GB: '1000000',
} as const;

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of one boot by process, milliseconds. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** Boots at several concurrencies, then reads, on one broker. */
export async function measureOn(
  name: string,
  broker: NodeJS.ProcessEnv,
  isQuick: boolean,
): Promise<readonly Section[]> {
  const rounds = isQuick ? 1 : 5;
  await using cloud = await startBenchCloud({ ...ROOM, ...broker });
  await cloud.load({ do: 'boot', count: isQuick ? 50 : 300, concurrency: 8, pollMs: 10 }); // warm
  await cloud.load({ do: 'delete all' });

  const byLoad = new Map<number, Round[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const load of LOADS) {
      const measured = await measureBoots(cloud, isQuick ? { ...load, count: load.count / 4 } : load);
      byLoad.set(load.concurrency, [...(byLoad.get(load.concurrency) ?? []), measured]);
      await cloud.load({ do: 'delete all' });
    }
  }
  return [bootSection(name, byLoad), cpuSection(name, byLoad), await readSection(name, cloud, rounds)];
}

async function measureBoots(
  cloud: BenchCloud,
  load: { readonly count: number; readonly concurrency: number; readonly pollMs: number },
): Promise<Round> {
  const clocks = () => ({
    ...Object.fromEntries(Object.entries(cloud.pids).map(([name, pid]) => [name, cpuMs(pid)])),
    'whole machine': machineCpuMs(),
  });
  const before: Readonly<Record<string, number>> = clocks();
  const { latenciesMs, totalMs } = await cloud.load({ do: 'boot', ...load });
  const after: Readonly<Record<string, number>> = clocks();
  return {
    perSecond: (load.count / totalMs) * 1_000,
    p50: quantile(latenciesMs, 0.5),
    p99: quantile(latenciesMs, 0.99),
    cpu: Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / load.count])),
  };
}

function bootSection(name: string, byLoad: ReadonlyMap<number, readonly Round[]>): Section {
  return {
    title: `Boots on the ${name}: POST to ACTIVE`,
    columns: ['at once', 'boots/s', 'p50 ms', 'p99 ms'],
    rows: [...byLoad].map(([concurrency, rounds]) => [
      String(concurrency),
      ...(['perSecond', 'p50', 'p99'] as const).map((figure) => spread(rounds.map((round) => round[figure]))),
    ]),
  };
}

const SERVICES = ['api', 'scheduler', 'conductor', 'compute', 'network'] as const;

function cpuSection(name: string, byLoad: ReadonlyMap<number, readonly Round[]>): Section {
  const all = (round: Round) => SERVICES.reduce((total, service) => total + (round.cpu[service] ?? 0), 0);
  return {
    title: `Processor time of a boot on the ${name}, ms`,
    columns: ['at once', ...SERVICES, 'five services', 'launcher', 'whole machine, client too'],
    rows: [...byLoad].map(([concurrency, rounds]) => [
      String(concurrency),
      ...SERVICES.map((service) =>
        spread(
          rounds.map((round) => round.cpu[service] ?? 0),
          2,
        ),
      ),
      spread(rounds.map(all), 2),
      ...['launcher', 'whole machine'].map((what) =>
        spread(
          rounds.map((round) => round.cpu[what] ?? 0),
          2,
        ),
      ),
    ]),
  };
}

async function readSection(name: string, cloud: BenchCloud, rounds: number): Promise<Section> {
  await cloud.load({ do: 'boot', count: 500, concurrency: 8, pollMs: 10 });
  const reads = {
    'GET one server': { do: 'get one', count: 500 },
    'GET a list of 500, in detail': { do: 'list', count: 30 },
  } as const;
  const rows: string[][] = [];
  for (const [what, request] of Object.entries(reads)) {
    const figures: { p50: number; p99: number; cpu: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = cpuMs(cloud.pids['api'] ?? 0);
      const { latenciesMs } = await cloud.load(request);
      const cpu = (cpuMs(cloud.pids['api'] ?? 0) - before) / request.count;
      figures.push({ p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99), cpu });
    }
    rows.push([
      what,
      ...(['p50', 'p99', 'cpu'] as const).map((key) =>
        spread(
          figures.map((its) => its[key]),
          2,
        ),
      ),
    ]);
  }
  const memory = Object.entries(cloud.pids).map(([service, pid]) => `${service} ${memoryMb(pid).rss.toFixed(0)}`);
  await cloud.load({ do: 'delete all' });
  return {
    title: `Reads and memory on the ${name}`,
    columns: ['what', 'p50 ms', 'p99 ms', 'processor time of the api, ms'],
    rows,
    note: `Memory after all this, MB resident: ${memory.join(', ')}.`,
  };
}
