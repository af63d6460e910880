import { baseConfig, type From, notifyConfig, readEnv, storeConfig, toldLogConfig } from '@novasim/service';

export type ConductorConfig = ReturnType<typeof readConfig>;

/** @throws {ConfigError} listing every bad variable at once. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => ({
    ...baseConfig(from),
    ...storeConfig(from),
    ...notifyConfig(from),
    ...toldLogConfig(from),
    buildTimeoutMs: from.duration('BUILD_TIMEOUT_MS', {
      default: 60_000,
      min: 100,
      meaning: 'A build that nobody has saved for so long counts as lost and fails',
    }),
    buildCheckMs: from.duration('BUILD_CHECK_MS', {
      default: 5_000,
      min: 50,
      meaning: 'How often lost builds and what they leave behind are looked for',
    }),
    leakGraceMs: from.duration('LEAK_GRACE_MS', {
      default: 1_000,
      min: 0,
      meaning: 'How long a failed or deleted instance may hold addresses before they are taken from it',
    }),
  }));
}
