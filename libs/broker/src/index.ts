export type { Broker, BrokerOptions, ConnectionFilter } from './broker.ts';
export { startBroker } from './broker.ts';
export type { BrokerEvent } from './events.ts';
export type {
  InspectedBinding,
  InspectedConnection,
  InspectedExchange,
  InspectedQueue,
  Inspection,
} from './inspection.ts';
