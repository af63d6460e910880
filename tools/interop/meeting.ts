import { type BrokerUnderTest, freshBus } from '@novasim/testkit';
import type { Mode } from './modes.ts';
import { Pair } from './pair.ts';
import type { Kind } from './peers.ts';
import { callRows, type Row } from './rows-of-calls.ts';
import { notificationRows } from './rows-of-notifications.ts';
import { processRows } from './rows-of-processes.ts';

/** A broker with what is to be known of it. */
export interface InteropBroker {
  readonly name: string;
  readonly broker: BrokerUnderTest;
  /** It permits no transient queues that are not exclusive: Python's reply and fanout queues are always such. */
  readonly deniesTransient: boolean;
}

/** Who is client (and notifier), who is server (and listener). */
export interface Roles {
  readonly client: Kind;
  readonly server: Kind;
}

/** How a row went. `gap`: Python cannot do it, `why` is the proof. `none`: the broker cannot. */
export interface Outcome {
  readonly state: 'same' | 'different' | 'gap' | 'none';
  readonly why?: string;
}

/** Outcomes by the name of their row. */
export type Outcomes = ReadonlyMap<string, Outcome>;

export const allRows: readonly Row[] = [...callRows, ...processRows, ...notificationRows];
/** Rows that go one after the other, beside those of the other lists. */
const lanes = [[...callRows, ...processRows], notificationRows];
export const allRoles: readonly Roles[] = [
  { client: 'python', server: 'python' },
  { client: 'python', server: 'node' },
  { client: 'node', server: 'python' },
  { client: 'node', server: 'node' },
];

/** Lets two kinds do what the contract promises, on a virtual host of their own. */
export async function meet(
  { broker, deniesTransient }: InteropBroker,
  mode: Mode,
  roles: Roles,
  rows: readonly (readonly Row[])[] = lanes,
): Promise<Outcomes> {
  const all = (outcome: Outcome): Outcomes => new Map(rows.flat().map(({ name }) => [name, outcome]));
  if (broker.kind === 'embedded' && mode.notEmbedded !== undefined) {
    return all({ state: 'none', why: `the embedded broker has no ${mode.notEmbedded}` });
  }
  await using bus = await freshBus(broker);
  const url = bus.url.replace(/^amqp:/, 'rabbit:');
  const options = mode.options();
  const isPython = roles.client === 'python' || roles.server === 'python';
  if (isPython && deniesTransient) {
    return all({ state: 'gap', why: `server.py: ${await refusal(url, options.python)}` });
  }
  if (roles.client === 'python' && roles.server === 'python' && mode.unknownToPython !== undefined) {
    return all({ state: 'gap', why: `server.py: ${await refusal(url, mode.unknownToPython)}` });
  }
  await using pair = new Pair(roles.client, roles.server, { url, options });
  const starts = await Promise.allSettled(
    ['s1', 's2'].map((name) => pair.ready('server', ['--topic', 'demo', '--server', name, '--ping'])),
  );
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure !== undefined) return all({ state: 'different', why: textOf(failure.reason) });
  const outcomes = new Map<string, Outcome>();
  const run = async (lane: readonly Row[]): Promise<void> => {
    for (const row of lane) outcomes.set(row.name, await outcomeOf(row, pair, isPython ? mode : undefined));
  };
  await Promise.all(rows.map(run));
  return outcomes;
}

async function outcomeOf(row: Row, pair: Pair, mode: Mode | undefined): Promise<Outcome> {
  try {
    await row.run(pair);
    return { state: 'same' };
  } catch (error) {
    const isGap = mode?.gaps?.rows.includes(row.name) === true;
    return isGap
      ? { state: 'gap', why: `${mode?.gaps?.why}: ${textOf(error)}` }
      : { state: 'different', why: textOf(error) };
  }
}

/** What Python's server says instead of getting ready. @throws when it does get ready */
async function refusal(url: string, options: string): Promise<string> {
  const pair = new Pair('python', 'python', { url, options: { python: options, node: '' } });
  const server = pair.start('python', 'server', ['--topic', 'demo', '--server', 's1']);
  try {
    const line = await server.line(8_000);
    throw new Error(`oslo.messaging does what it was thought not to: server.py printed ${line}`);
  } catch (error) {
    if (textOf(error).startsWith('oslo.messaging')) throw error;
    return textOf(error);
  } finally {
    await server.stop(1_000);
  }
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 600);
}
