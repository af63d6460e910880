import { type Bound, bound } from './bounds.ts';
import type { LibraryName } from './libraries.ts';
import type { Load, Pair } from './pair.ts';
import type { Plan } from './plan.ts';
import type { Figures } from './report.ts';
import { Rounds } from './rounds.ts';

const sizes = [300, 10_000] as const;
const inFlights = [1, 16, 128, 512] as const;
type CallRounds = Rounds<LibraryName, Load>;

/** Calls per second and processor time of one, at several numbers in flight. */
export async function measureCalls(pairs: readonly Pair[], plan: Plan): Promise<Figures> {
  const bounds: Bound[] = [];
  const sections: Figures['sections'][number][] = [];
  for (const bytes of sizes) {
    const byInFlight = new Map<number, CallRounds>();
    for (const inFlight of inFlights) {
      plan.say(`calls, ${inFlight} in flight, ${bytes} B`);
      const run = (pair: Pair) => pair.run({ do: 'calls', inFlight, bytes, seconds: plan.seconds });
      byInFlight.set(inFlight, await Rounds.of(plan.rounds, pairs, ({ library }) => library.name, run));
    }
    const names = pairs.map(({ library }) => library.name);
    sections.push(speedSection(bytes, names, byInFlight), costSection(bytes, names, byInFlight));
    for (const [inFlight, rounds] of byInFlight) if (inFlight > 1) bounds.push(...speedBounds(bytes, inFlight, rounds));
    const at128 = byInFlight.get(128);
    if (at128 !== undefined) bounds.push(...costBounds(bytes, at128));
  }
  return { bounds, sections };
}

function speedBounds(bytes: number, inFlight: number, rounds: CallRounds): readonly Bound[] {
  const against = (other: LibraryName, limit: number) =>
    bound(
      `calls/s, ${inFlight} in flight, ${bytes} B, novasim : ${other}`,
      '≥',
      limit,
      rounds.ratios('novasim', other, ({ perSecond }) => perSecond),
    );
  const isSmall = bytes === 300;
  return [against('amqplib', isSmall ? 0.7 : 0.6), against('NestJS', 1.2), against('oslo.messaging', isSmall ? 10 : 4)];
}

function costBounds(bytes: number, rounds: CallRounds): readonly Bound[] {
  const what = `processor time a call, 128 in flight, ${bytes} B`;
  const both = ({ clientUs, serverUs }: Load) => clientUs + serverUs;
  const broker = ({ brokerUs }: Load) => brokerUs;
  return [
    bound(`${what}, client + server, novasim : amqplib`, '≤', 1.35, rounds.ratios('novasim', 'amqplib', both)),
    bound(
      `${what}, client + server, novasim : oslo.messaging`,
      '≤',
      0.05,
      rounds.ratios('novasim', 'oslo.messaging', both),
      { digits: 3 },
    ),
    bound(`${what}, broker, novasim : amqplib`, '≤', 1.5, rounds.ratios('novasim', 'amqplib', broker)),
  ];
}

function speedSection(bytes: number, names: readonly LibraryName[], byInFlight: ReadonlyMap<number, CallRounds>) {
  return {
    title: `Calls per second, ${bytes} B`,
    columns: ['library', ...[...byInFlight.keys()].map((inFlight) => `${inFlight} in flight`)],
    rows: names.map((name) => [
      name,
      ...[...byInFlight.values()].map((rounds) => whole(rounds.median(name, ({ perSecond }) => perSecond))),
    ]),
  };
}

function costSection(bytes: number, names: readonly LibraryName[], byInFlight: ReadonlyMap<number, CallRounds>) {
  return {
    title: `Processor time, ms for 1,000 calls (client + server + broker), ${bytes} B`,
    columns: ['library', ...[...byInFlight.keys()].map((inFlight) => `${inFlight} in flight`)],
    rows: names.map((name) => [
      name,
      ...[...byInFlight.values()].map((rounds) =>
        [
          rounds.median(name, ({ clientUs }) => clientUs),
          rounds.median(name, ({ serverUs }) => serverUs),
          rounds.median(name, ({ brokerUs }) => brokerUs),
        ]
          .map(whole)
          .join(' + '),
      ),
    ]),
  };
}

function whole(value: number | undefined): string {
  return value === undefined ? '—' : value.toFixed(0);
}
