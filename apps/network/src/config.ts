import { baseConfig, type From, readEnv, storeConfig, toldLogConfig } from '@novasim/service';

export type NetworkConfig = ReturnType<typeof readConfig>;

/** @throws {ConfigError} listing every bad variable at once. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => ({ ...baseConfig(from), ...storeConfig(from), ...toldLogConfig(from) }));
}
