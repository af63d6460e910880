// For benchmarks, which run without Vitest and its global setup.
export type { BrokerKind } from './broker-plan.ts';
export { type BrokerUnderTest, brokersUnderTest } from './brokers.ts';
export { type Certificates, hasOpenssl, type KeyPair, makeCertificates } from './certificates.ts';
export type { DatabaseKind } from './database-plan.ts';
export { type DatabaseUnderTest, databasesUnderTest, type FreshDatabase, freshDatabase } from './databases.ts';
export { startDockerRabbitmq } from './docker-rabbitmq.ts';
export { type Firehose, type FirehoseRecord, tapFirehose } from './firehose.ts';
export { type Bus, freshBus } from './fresh-bus.ts';
export { type LocalRabbitmq, type LocalRabbitmqStart, startLocalRabbitmq } from './local-rabbitmq.ts';
export type { RabbitmqAddress, RabbitmqStart, RunningRabbitmq } from './rabbitmq.ts';
export { type ClusterNode, type RabbitmqCluster, startRabbitmqCluster } from './rabbitmq-cluster.ts';
export { hasLocalRabbitmq } from './rabbitmq-node.ts';
export { type Rabbitmqs, startRabbitmqs } from './rabbitmqs.ts';
export { publishRaw, purgeQueue, queueDepth, type RawMessage } from './raw-peer.ts';
// For tests of one service.
export { type Heard, openStage, type Probe, type ProbeEndpoint, Stage } from './stage.ts';
export { isNotification, type Told, toldOn } from './told.ts';
export type { BusTopology, TopologyBinding, TopologyExchange, TopologyQueue } from './topology.ts';
export { type UntilOptions, until } from './until.ts';
