import { expect, test } from 'vitest';
import { baseConfig, storeConfig } from './base-config.ts';
import { readEnv } from './env.ts';

const read = (env: NodeJS.ProcessEnv) => readEnv(env, (from) => ({ ...baseConfig(from), ...storeConfig(from) }));

test('an empty environment is enough', () => {
  expect(read({})).toMatchObject({
    transportUrl: 'rabbit://guest:guest@127.0.0.1:5672/',
    databaseUrl: 'sqlite:.novasim/novasim.db',
    rpcResponseTimeoutMs: 60_000,
    logFormat: 'pretty',
    healthPort: undefined,
    era: 'classic',
  });
});

test('an era that this release does not know is refused by name', () => {
  expect(() => read({ NOVASIM_ERA: 'modern' })).toThrow('NOVASIM_ERA="modern": wants one of classic');
});

test('a service may not count as down between two of its reports', () => {
  expect(() => read({ REPORT_INTERVAL_MS: '60s', SERVICE_DOWN_MS: '30s' })).toThrow(
    'SERVICE_DOWN_MS="30s": wants more than REPORT_INTERVAL_MS (60000)',
  );
});
