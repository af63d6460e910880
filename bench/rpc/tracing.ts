import { channel } from 'node:diagnostics_channel';
import { median } from '../statistics.ts';
import { bound } from './bounds.ts';
import { type Library, oursTracing } from './libraries.ts';
import type { Tracing } from './ours-options.ts';
import { type Ground, type Load, type Pair, startPair } from './pair.ts';
import type { Plan } from './plan.ts';
import type { Figures } from './report.ts';
import { Rounds } from './rounds.ts';

const kinds = ['off', 'idle', 'spans'] as const satisfies readonly Tracing[];
/** Places at which a call asks whether somebody listens: client, server and both of their publications. */
const hooksOfACall = 8;

/** What it costs that calls can be watched: with nobody listening, with the interceptor idle, with every span made. */
export async function measureTracing(ground: Ground, plan: Plan): Promise<Figures> {
  plan.say('tracing');
  await using opened = new AsyncDisposableStack();
  const pairs: { readonly kind: Tracing; readonly pair: Pair }[] = [];
  for (const kind of kinds) {
    const library: Library = { name: 'novasim', version: kind, ...oursTracing(kind) };
    pairs.push({ kind, pair: opened.use(await startPair(library, ground)) });
  }
  const ask = { do: 'calls', inFlight: 128, bytes: 300, seconds: plan.seconds } as const;
  for (const { pair } of pairs) await pair.run(ask); // warm
  const rounds = await Rounds.of(
    plan.rounds,
    pairs,
    ({ kind }) => kind,
    ({ pair }) => pair.run(ask),
  );
  const both = ({ clientUs, serverUs }: Load) => clientUs + serverUs;
  const off = rounds.median('off', both) ?? Number.NaN;
  const hooksUs = median(Array.from({ length: 5 }, hookUs)) * hooksOfACall;
  return {
    bounds: [
      bound('tracing off: share of the hooks in a call’s processor time', '≤', 0.01, [hooksUs / off], { digits: 4 }),
      bound(
        'OpenTelemetry spans on: processor time of client + server, on : off',
        '≤',
        1.15,
        rounds.ratios('spans', 'off', both),
      ),
    ],
    sections: [
      {
        title: 'Tracing, calls of 300 B, 128 in flight',
        columns: ['tracing', 'calls/s', 'client + server, µs a call', ': off'],
        rows: kinds.map((kind) => [
          kind === 'idle' ? 'interceptor without SDK' : kind === 'spans' ? 'spans made, exporter drops them' : kind,
          rounds.median(kind, ({ perSecond }) => perSecond)?.toFixed(0) ?? '—',
          rounds.median(kind, both)?.toFixed(1) ?? '—',
          median(rounds.ratios(kind, 'off', both)).toFixed(2),
        ]),
      },
    ],
  };
}

/** Microseconds that one question for listeners takes when there are none. */
function hookUs(): number {
  const hooks = ['send', 'publish', 'reply', 'dispatch'].map((name) => channel(`bench.${name}`));
  const questions = 1_000_000;
  let answers = 0;
  const startMs = performance.now();
  for (let index = 0; index < questions; index += 1)
    if (hooks[index % hooks.length]?.hasSubscribers === true) answers += 1;
  return answers + ((performance.now() - startMs) * 1_000) / questions;
}
