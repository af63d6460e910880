import { writeFileSync } from 'node:fs';
import { startRabbitmqs } from '../../libs/testkit/src/index.ts';
import { brokerPid } from './broker-process.ts';
import { measureCalls } from './calls.ts';
import { measureCasts } from './casts.ts';
import { measureFanout } from './fanout.ts';
import { measureLatency } from './latency.ts';
import { findLibraries } from './libraries.ts';
import { measureManyServers } from './many-servers.ts';
import { type Ground, type Pair, startPair } from './pair.ts';
import { planOf } from './plan.ts';
import { type Figures, machineLoad, page } from './report.ts';
import { measureTracing } from './tracing.ts';

// npm run bench:rpc [-- --quick] [--write] [--only=calls,latency,casts,fanout,many,tracing]: our library beside the floor and its
// peers. On the machine's own RabbitMQ, started for this; TRANSPORT_URL or NOVASIM_BROKERS name another.
const flags = new Map(process.argv.slice(2).map((flag) => [flag.split('=')[0], flag.split('=')[1]]));
const plan = planOf(flags.has('--quick'));
const only = flags.get('--only')?.split(',');
const isWanted = (scenario: string) => only === undefined || only.includes(scenario);

const load = machineLoad();
const { env } = process;
const isNamed = (env['TRANSPORT_URL'] ?? env['NOVASIM_BROKERS'] ?? '') !== '';
await using rabbitmqs = await startRabbitmqs(isNamed ? env : { ...env, NOVASIM_BROKERS: 'local' });
const [address] = rabbitmqs.addresses;
if (address === undefined) throw new Error('no RabbitMQ can be had: install rabbitmq-server or set TRANSPORT_URL');
const ground: Ground = { address, brokerPid: await brokerPid(address) };
const libraries = findLibraries();
const figures: Figures[] = [];

if (isWanted('latency') || isWanted('calls')) {
  await using opened = new AsyncDisposableStack();
  const pairs: Pair[] = [];
  for (const library of libraries) pairs.push(opened.use(await startPair(library, ground)));
  plan.say('warming up');
  for (const pair of pairs) await pair.run({ do: 'calls', inFlight: 64, bytes: 300, seconds: 1 });
  if (isWanted('latency')) figures.push(await measureLatency(pairs, plan));
  if (isWanted('calls')) figures.push(await measureCalls(pairs, plan));
}
if (isWanted('casts')) figures.push(await measureCasts(libraries, ground, plan));
if (isWanted('fanout')) figures.push(await measureFanout(libraries, ground, plan));
if (isWanted('many')) figures.push(await measureManyServers(ground, plan));
if (isWanted('tracing')) figures.push(await measureTracing(ground, plan));

const text = page(figures, { libraries, broker: `RabbitMQ ${address.version} (${address.kind})`, load, plan });
process.stdout.write(`${text}\n`);
if (flags.has('--write')) writeFileSync(new URL('./README.md', import.meta.url), text);
