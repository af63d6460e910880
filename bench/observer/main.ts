import { writeFileSync } from 'node:fs';
import { isBrowserWanted } from '../../libs/testkit/src/browser.ts';
import { startRabbitmqs } from '../../libs/testkit/src/index.ts';
import { type Figures, machineLoad } from '../rpc/report.ts';
import { measureBoots } from './boots.ts';
import { openEmbedded, openOn } from './buses.ts';
import { measureOnScreen } from './on-screen.ts';
import { measurePageSize } from './page-size.ts';
import { planOf } from './plan.ts';
import { page } from './report.ts';
import { measureScrolling } from './scrolling.ts';
import { measureSoak } from './soak.ts';

// npm run bench:observer [-- --quick] [--write] [--only=screen,scroll,soak,boots]: what the observer costs and how fast it shows what
// travels, on the embedded broker and on the machine's own RabbitMQ, started for this; TRANSPORT_URL or NOVASIM_BROKERS name another.
const flags = new Map(process.argv.slice(2).map((flag) => [flag.split('=')[0], flag.split('=')[1]]));
const plan = planOf(flags.has('--quick'));
const only = flags.get('--only')?.split(',');
const isWanted = (scenario: string) => only === undefined || only.includes(scenario);

const load = machineLoad();
const { env } = process;
const isNamed = (env['TRANSPORT_URL'] ?? env['NOVASIM_BROKERS'] ?? '') !== '';
await using rabbitmqs = await startRabbitmqs(isNamed ? env : { ...env, NOVASIM_BROKERS: 'local' });
const [address] = rabbitmqs.addresses;
const rabbitmq = address === undefined ? 'no RabbitMQ' : `RabbitMQ ${address.version} (${address.kind})`;
if (address === undefined) plan.say('no RabbitMQ can be had here: measured on the embedded broker only');
if (!isBrowserWanted) plan.say('no Chromium can be had here: pages are not measured');

const figures: Figures[] = [];
if (isBrowserWanted && isWanted('screen')) {
  figures.push(await measureOnScreen(openEmbedded, plan));
  if (address !== undefined) figures.push(await measureOnScreen(openOn(address), plan));
}
if (isBrowserWanted && isWanted('scroll')) figures.push(await measureScrolling(openEmbedded, plan));
figures.push(measurePageSize());
if (isWanted('boots')) {
  figures.push(await measureBoots('embedded broker', undefined, plan));
  if (address !== undefined) figures.push(await measureBoots(`RabbitMQ ${address.version}`, openOn(address), plan));
}
if (isWanted('soak')) figures.push(await measureSoak(openEmbedded, plan));

const text = page(figures, { rabbitmq, load, plan });
process.stdout.write(`${text}\n`);
if (flags.has('--write')) writeFileSync(new URL('./README.md', import.meta.url), text);
