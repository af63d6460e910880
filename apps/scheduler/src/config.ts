import { baseConfig, type From, notifyConfig, readEnv, storeConfig, toldLogConfig } from '@novasim/service';

export type SchedulerConfig = ReturnType<typeof readConfig>;

/** @throws {ConfigError} listing every bad variable at once. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => ({
    ...baseConfig(from),
    ...storeConfig(from),
    ...notifyConfig(from),
    ...toldLogConfig(from),
    maxAttempts: from.integer('SCHEDULER_MAX_ATTEMPTS', {
      default: 3,
      min: 1,
      max: 100,
      meaning: 'Hosts that one build is tried on before it fails',
    }),
    refreshMs: from.duration('SCHEDULER_REFRESH_MS', {
      default: 5_000,
      min: 100,
      meaning: 'How often the picture of the hosts is read anew from the store',
    }),
  }));
}
