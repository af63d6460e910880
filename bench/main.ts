import { writeFileSync } from 'node:fs';
import { startRabbitmqs } from '../libs/testkit/src/index.ts';
import { measureStarts } from './cold-start.ts';
import { measureOn } from './measure.ts';
import { describeMachine, markdown, type Section } from './report.ts';

// npm run bench [-- --quick] [--write]: how fast the cloud is, on the embedded broker and on RabbitMQ.
const flags = new Set(process.argv.slice(2));
const isQuick = flags.has('--quick');

const machine = describeMachine();
const sections: Section[] = [];
sections.push(await measureStarts(isQuick ? 2 : 5));
sections.push(...(await measureOn('embedded broker', {}, isQuick)));

await using rabbitmqs = await startRabbitmqs(process.env);
const [rabbitmq] = rabbitmqs.addresses;
if (rabbitmq === undefined) console.error('no RabbitMQ can be had here: measured on the embedded broker only');
else {
  const name = `RabbitMQ ${rabbitmq.version} (${rabbitmq.kind})`;
  sections.push(...(await measureOn(name, { TRANSPORT_URL: `${rabbitmq.url}/%2F` }, isQuick)));
}

const text = markdown(machine, sections);
process.stdout.write(`${text}\n`);
if (flags.has('--write')) writeFileSync(new URL('./README.md', import.meta.url), text);
