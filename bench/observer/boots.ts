import { readdirSync, readFileSync } from 'node:fs';
import { freePorts } from '../../libs/testkit/src/free-ports.ts';
import { type BenchCloud, startBenchCloud } from '../bench-cloud.ts';
import { ROOM } from '../measure.ts';
import { cpuMs } from '../process-figures.ts';
import { bound } from '../rpc/bounds.ts';
import type { Figures } from '../rpc/report.ts';
import { Rounds } from '../rpc/rounds.ts';
import { quantile } from '../statistics.ts';
import type { OpenBus } from './buses.ts';
import { statusOf, untilHearing } from './observer-process.ts';
import type { Plan } from './plan.ts';

const AT_ONCE = 8;
const POLL_MS = 5;
const WARM = 100;

interface Watched {
  readonly kind: 'on' | 'off';
  readonly cloud: BenchCloud;
  readonly observer: { readonly pid: number | undefined; readonly url: string } | undefined;
}

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly cpuMs: number | undefined;
}

/** What it costs a cloud that somebody watches: two clouds, one with the observer, take turns at booting. */
export async function measureBoots(name: string, openBus: OpenBus | undefined, plan: Plan): Promise<Figures> {
  plan.say(`boots with the observer and without (${name})`);
  await using opened = new AsyncDisposableStack();
  const clouds: Watched[] = [];
  for (const kind of ['off', 'on'] as const) clouds.push(await startWatched(kind, openBus, opened));
  for (const { cloud } of clouds) {
    await cloud.load({ do: 'boot', count: WARM, concurrency: AT_ONCE, pollMs: POLL_MS });
    await cloud.load({ do: 'delete all' });
  }
  const rounds = await Rounds.of(
    plan.bootRounds,
    clouds,
    ({ kind }) => kind,
    (watched) => measureRound(watched, plan.boots),
  );
  const gaps = await Promise.all(
    clouds.flatMap(({ observer }) => (observer === undefined ? [] : [statusOf(observer.url)])),
  );
  const say = (kind: Watched['kind'], figure: (round: Round) => number | undefined, digits: number) =>
    rounds.median(kind, figure)?.toFixed(digits) ?? '—';
  return {
    bounds: [
      bound(
        `boots a second, observer on : off (${name})`,
        '≥',
        0.75,
        rounds.ratios('on', 'off', ({ perSecond }) => perSecond),
      ),
      bound(
        `gaps meanwhile (${name})`,
        '=',
        0,
        gaps.map((status) => status.gaps.length),
        { digits: 0 },
      ),
    ],
    sections: [
      {
        title: `Boots with the observer and without, ${AT_ONCE} at once (${name})`,
        columns: ['observer', 'boots/s', 'p50 ms', 'processor time of the observer a boot, ms'],
        rows: clouds.map(({ kind }) => [
          kind,
          say(kind, ({ perSecond }) => perSecond, 1),
          say(kind, ({ p50 }) => p50, 1),
          say(kind, (round) => round.cpuMs, 2),
        ]),
      },
    ],
  };
}

async function startWatched(
  kind: Watched['kind'],
  openBus: OpenBus | undefined,
  opened: AsyncDisposableStack,
): Promise<Watched> {
  const bus = openBus === undefined ? undefined : opened.use(await openBus());
  const [port] = await freePorts(1);
  const variables = {
    ...ROOM,
    OBSERVER_PORT: String(port),
    ...(bus !== undefined && { TRANSPORT_URL: bus.url, MANAGEMENT_URL: bus.managementUrl }),
  };
  const cloud = opened.use(await startBenchCloud(variables, kind === 'on' ? [] : ['--no-observer']));
  if (kind === 'off') return { kind, cloud, observer: undefined };
  const url = `http://127.0.0.1:${port}`;
  await untilHearing(url);
  return { kind, cloud, observer: { url, pid: observerOf(cloud.pids['launcher'] ?? 0) } };
}

async function measureRound({ cloud, observer }: Watched, boots: number): Promise<Round> {
  const pid = observer?.pid;
  const before = pid === undefined ? 0 : cpuMs(pid);
  const load = { do: 'boot', count: boots, concurrency: AT_ONCE, pollMs: POLL_MS } as const;
  const { latenciesMs, totalMs } = await cloud.load(load);
  const cpu = pid === undefined ? undefined : (cpuMs(pid) - before) / boots;
  await cloud.load({ do: 'delete all' });
  return { perSecond: (boots / totalMs) * 1_000, p50: quantile(latenciesMs, 0.5), cpuMs: cpu };
}

/** The observer among the children of a launcher. */
function observerOf(launcher: number): number | undefined {
  const children = readdirSync(`/proc/${launcher}/task`).flatMap((thread) =>
    readFileSync(`/proc/${launcher}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.map(Number).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/observer/'));
}
