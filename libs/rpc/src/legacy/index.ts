/** The verbs that Nova's services called before oslo.messaging, on the topology of their time. */
export { cleanup, connectLegacy, type LegacyBus, type LegacyOptions } from './bus.ts';
export { createConnection, type LegacyConnection } from './connection.ts';
export type { Era } from './era.ts';
export type { Multicall } from './multicall.ts';
export type { ServerParams } from './server-url.ts';
export {
  type CallOptions,
  call,
  cast,
  castToServer,
  fanoutCast,
  fanoutCastToServer,
  type LegacyMessage,
  multicall,
  notify,
} from './verbs.ts';
