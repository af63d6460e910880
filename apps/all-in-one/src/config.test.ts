import { readFileSync } from 'node:fs';
import { configTable } from '@novasim/service';
import { describe, expect, test } from 'vitest';
import { readConfig, readLauncherConfig } from './config.ts';

test('the README lists every variable', () => {
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(configTable(readConfig));
});

describe(readLauncherConfig, () => {
  test('without variables and flags it is the cloud of DESIGN: one process each, all defaults', () => {
    expect(readLauncherConfig({}, [])).toMatchObject({
      mode: 'processes',
      isFresh: false,
      transportUrl: undefined,
      databaseUrl: undefined,
      brokerPort: 5672,
      apiPort: 8774,
    });
  });

  test('the greeting names the auth mode that the api uses', () => {
    expect(readLauncherConfig({}, []).authMode).toBe('optional');
    expect(readLauncherConfig({ AUTH_MODE: 'required' }, []).authMode).toBe('required');
    expect(readLauncherConfig({ AUTH_MODE: ' ' }, []).authMode).toBe('optional'); // nothing, as compose files write it
  });

  test('a relative SQLite file is the same file to every service', () => {
    expect(readLauncherConfig({ DATABASE_URL: 'sqlite:here.db' }, []).databaseUrl).toBe(
      `sqlite:${process.cwd()}/here.db`,
    );
    expect(readLauncherConfig({ DATABASE_URL: 'postgres://a:b@c/d' }, []).databaseUrl).toBe('postgres://a:b@c/d');
  });

  test.for([
    ['builds that renew too seldom to count as alive', { BUILD_TIMEOUT_MS: '20000' }, [], 'BUILD_RENEW_MS="15000"'],
    [
      'a database that is not this cloud’s own is not emptied',
      { DATABASE_URL: 'postgres://a/b' },
      ['--fresh'],
      '--fresh',
    ],
    [
      'a flag that is not known',
      {},
      ['--frech'],
      'flag="--frech": wants one of --single-process, --no-observer, --fresh, --help',
    ],
    ['a fault of a service', { COMPUTE_HOSTS: 'a,a' }, [], 'COMPUTE_HOSTS="a,a"'],
  ] as const)('refuses %s', ([, env, flags, said]) => {
    expect(() => readLauncherConfig(env, flags)).toThrow(said);
  });
});
