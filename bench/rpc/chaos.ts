import { writeFileSync } from 'node:fs';
import { startRabbitmqs } from '../../libs/testkit/src/index.ts';
import { boundTable } from './bounds.ts';
import { closeConnections } from './chaos-close.ts';
import { killLeaders } from './chaos-leader.ts';
import { type Figures, machine, machineLoad, tables } from './report.ts';

// npm run chaos:rpc [-- --quick] [--write] [--only=close,leader]: what is lost, and for how long nothing moves, when connections are closed and
// brokers die. On the machine's own rabbitmq-server, started for this.
const flags = new Map(process.argv.slice(2).map((flag) => [flag.split('=')[0], flag.split('=')[1]]));
const isQuick = flags.has('--quick');
const only = flags.get('--only')?.split(',');
const isWanted = (scenario: string) => only === undefined || only.includes(scenario);
const say = (what: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);

const load = machineLoad();
const figures: Figures[] = [];
if (isWanted('close')) {
  await using rabbitmqs = await startRabbitmqs({ ...process.env, NOVASIM_BROKERS: 'local' });
  const [address] = rabbitmqs.addresses;
  if (address === undefined) throw new Error('no RabbitMQ can be had: install rabbitmq-server');
  figures.push(await closeConnections(address, isQuick ? 5 : 30, say));
}
if (isWanted('leader')) figures.push(await killLeaders(isQuick ? 3 : 30, say));

const bounds = figures.flatMap((each) => each.bounds);
const text = `# What a broker's death costs

Taken by \`npm run chaos:rpc -- --write\` on ${new Date().toISOString().slice(0, 10)}.

**Machine.** ${machine()}; load before it began: ${load}. Client, server and brokers share it.

**Method.** A client begins a call and a cast every 2 ms (connections closed) or every 10 ms (leader killed), by the clock and whatever
becomes of those before. Connections are closed through RabbitMQ's management, a node by \`kill -9\`; it comes back before the next dies.
A blackout is the longest time without an answer from the moment before the blow. In the end the books are balanced: what was
confirmed or answered against what ran, each request by its number.

${boundTable(bounds)}
${tables(figures)}`;
process.stdout.write(`${text}\n`);
if (flags.has('--write')) writeFileSync(new URL('./CHAOS.md', import.meta.url), text);
if (bounds.some(({ holds }) => holds === false)) process.exitCode = 1;
