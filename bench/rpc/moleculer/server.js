import { topic } from '../protocol.ts';
import { Arrivals, runServer } from '../subject-main.ts';
import { createBroker } from './broker.js';

const [url = ''] = process.argv.slice(2);
const broker = createBroker('server', url);
broker.createService({ name: topic, actions: { echo: ({ params }) => params.value } });
await broker.start();
await runServer(new Arrivals());
await broker.stop();
