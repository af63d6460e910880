import { topic } from '../protocol.ts';
import { runClient } from '../subject-main.ts';
import { createBroker } from './broker.js';

const [url = ''] = process.argv.slice(2);
const broker = createBroker('client', url);
await broker.start();
await broker.waitForServices(topic, 20_000);
await runClient({ call: (value) => broker.call(`${topic}.echo`, { value }) });
await broker.stop();
