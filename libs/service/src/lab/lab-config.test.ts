import { describe, expect, test } from 'vitest';
import { baseConfig } from '../base-config.ts';
import { ConfigError, readEnv } from '../env.ts';
import { isLoopback } from './lab-config.ts';

const read = (env: NodeJS.ProcessEnv) => readEnv(env, (from) => baseConfig(from));

describe('NOVASIM_LAB', () => {
  test('is off unless it is said', () => {
    expect(read({ TRANSPORT_URL: 'rabbit://u:p@bus.example/' }).isLab).toBe(false);
  });

  test.for<[string, NodeJS.ProcessEnv, string]>([
    [
      'a bus elsewhere',
      { TRANSPORT_URL: 'rabbit://u:secret@bus.example/' },
      'TRANSPORT_URL="rabbit://u:***@bus.example/"',
    ],
    ['one of several', { TRANSPORT_URL: 'rabbit://a@127.0.0.1,b@10.0.0.1/' }, 'TRANSPORT_URL='],
    ['health for all', { HEALTH_HOST: '0.0.0.0', HEALTH_PORT: '1' }, 'HEALTH_HOST="0.0.0.0"'],
  ])('refuses %s, naming variable and value', ([, env, words]) => {
    const start = () => read({ ...env, NOVASIM_LAB: '1' });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(words);
    expect(start).toThrow('an address of loopback while NOVASIM_LAB=1');
    expect(read({ ...env, NOVASIM_LAB: '1', ALLOW_LAB: '1' }).isLab).toBe(true);
  });

  test.for<NodeJS.ProcessEnv>([
    {},
    { TRANSPORT_URL: 'rabbit://u:p@[::1]:5672,u:p@localhost/' },
    { HEALTH_HOST: '0.0.0.0' },
  ])('is taken with %o', (env) => {
    expect(read({ ...env, NOVASIM_LAB: '1' }).isLab).toBe(true);
  });
});

test.for([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['127.0.0.1.example', false],
  ['localhost.example', false],
] as const)('%s is this machine: %s', ([host, expected]) => {
  expect(isLoopback(host)).toBe(expected);
});
