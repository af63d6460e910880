import { startRabbitmqs } from '../../libs/testkit/src/index.ts';
import { boundTable } from './bounds.ts';
import { closeConnections } from './chaos-close.ts';
import { killLeaders } from './chaos-leader.ts';
import { type Figures, tables } from './report.ts';

// npm run chaos:rpc [-- --quick] [--only=close,leader]: what is lost, and for how long nothing moves, when connections are closed and
// brokers die. On the machine's own rabbitmq-server, started for this.
const flags = new Map(process.argv.slice(2).map((flag) => [flag.split('=')[0], flag.split('=')[1]]));
const isQuick = flags.has('--quick');
const only = flags.get('--only')?.split(',');
const isWanted = (scenario: string) => only === undefined || only.includes(scenario);
const say = (what: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);

const figures: Figures[] = [];
if (isWanted('close')) {
  await using rabbitmqs = await startRabbitmqs({ ...process.env, NOVASIM_BROKERS: 'local' });
  const [address] = rabbitmqs.addresses;
  if (address === undefined) throw new Error('no RabbitMQ can be had: install rabbitmq-server');
  figures.push(await closeConnections(address, isQuick ? 5 : 30, say));
}
if (isWanted('leader')) figures.push(await killLeaders(isQuick ? 3 : 30, say));

const bounds = figures.flatMap((each) => each.bounds);
process.stdout.write(`${boundTable(bounds)}\n${tables(figures)}\n`);
if (bounds.some(({ holds }) => holds === false)) process.exitCode = 1;
