import { startBroker } from '../../libs/broker/src/index.ts';

// The embedded broker in a process of its own, as the launcher's.
const broker = await startBroker({ managementPort: 0 });
process.on('disconnect', () => process.exit());
process.send?.({ url: broker.url('/'), managementUrl: broker.managementUrl });
