// What a service's config.ts, main.ts and service.ts need.
export { type BaseConfig, baseConfig, type StoreConfig, storeConfig } from './base-config.ts';
export { type BusDeps, CONTROL_EXCHANGE, joinBus } from './bus.ts';
// What keeps time by itself, and its tests.
export { type Clock, type ManualClock, manualClock, systemClock } from './clock.ts';
export { adminContext, type NovaContext, newRequestId, requestContext } from './context.ts';
export {
  ConfigError,
  type ConfigFault,
  configTable,
  describeConfig,
  type From,
  readEnv,
  type VariableRow,
} from './env.ts';
export {
  type Check,
  type Checks,
  closeServer,
  type HealthReport,
  type HealthServer,
  listen,
  runChecks,
  startHealth,
} from './health.ts';
export { logHops, PERIODIC_METHODS } from './hop-log.ts';
export { faultPayload, instancePayload } from './instance-payloads.ts';
// What a lab plays with, and who looks after it.
export { checkLabAddress, isBusOnLoopback, isLoopback } from './lab/lab-config.ts';
export { type LabDesk, LabNotFound, type NewRule, openLabDesk, type SeenService } from './lab/lab-desk.ts';
export { type LabLauncher, type LabProps, NO_TROUBLE, type Troubled } from './lab/lab-props.ts';
export { createLogger, type LogFormat, type Logger, type LogLevel } from './logger.ts';
export { maskPassword } from './mask-password.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export type { ErrorEvents, InfoEvents, PowerEvent, SelectionPayload } from './notification-events.ts';
export { Notifications, type NotifyConfig, notifyConfig } from './notifications.ts';
export { type Periodic, periodic } from './periodic.ts';
export { lineInWords } from './pretty.ts';
export { runService, type Start, type StartDeps, type Started } from './run-service.ts';
export { type ServiceHealthDeps, startServiceHealth } from './service-health.ts';
export { ToldInstances } from './told-instances.ts';
export { type ToldLogConfig, toldLogConfig } from './told-log.ts';
