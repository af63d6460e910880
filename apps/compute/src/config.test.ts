import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

describe(readConfig, () => {
  test.for([
    [{ HOST: 'rack' }, ['rack']],
    [{ HOST: 'rack', COMPUTE_HOSTS: '3' }, ['rack1', 'rack2', 'rack3']],
    [{ HOST: 'rack', COMPUTE_HOSTS: 'a, b.example' }, ['a', 'b.example']],
  ] as const)('%j makes hosts %j', ([env, hosts]) => {
    expect(readConfig(env).hosts).toEqual(hosts);
  });

  test.for([
    ['COMPUTE_HOSTS', '0'],
    ['COMPUTE_HOSTS', '10001'],
    ['COMPUTE_HOSTS', 'a,a'],
    ['COMPUTE_HOSTS', 'a,b c'],
    ['COMPUTE_FAIL_RATE', '1.5'],
    ['COMPUTE_SPAWN_MS', '-1'],
    ['COMPUTE_VCPUS', 'many'],
  ])('%s=%s is refused by name', ([name, value]) => {
    expect(() => readConfig({ [String(name)]: value })).toThrow(`${name}=`);
  });

  test('all faults come in one message', () => {
    expect(() => readConfig({ COMPUTE_VCPUS: '0', COMPUTE_DISK_GB: 'x', LOG_LEVEL: 'loud' })).toThrow(
      /LOG_LEVEL(.|\n)*COMPUTE_VCPUS(.|\n)*COMPUTE_DISK_GB/,
    );
  });
});
