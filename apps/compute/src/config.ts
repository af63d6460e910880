import { type HostName, hostName } from '@novasim/cloud';
import { baseConfig, type From, notifyConfig, readEnv, toldLogConfig } from '@novasim/service';

export type ComputeConfig = ReturnType<typeof readConfig>;

/** @throws {ConfigError} listing every bad variable at once. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => {
    const base = baseConfig(from, { availabilityZone: 'nova' });
    return {
      ...base,
      ...notifyConfig(from),
      ...toldLogConfig(from),
      hosts: readHosts(from, base.host),
      vcpus: from.integer('COMPUTE_VCPUS', {
        default: 16,
        min: 1,
        max: 1_000_000,
        meaning: 'vCPUs that each host may promise',
      }),
      memoryMb: from.integer('COMPUTE_MEMORY_MB', {
        default: 32_768,
        min: 1,
        max: 1_000_000_000,
        meaning: 'Memory that each host may promise, MiB',
      }),
      diskGb: from.integer('COMPUTE_DISK_GB', {
        default: 500,
        min: 0,
        max: 1_000_000_000,
        meaning: 'Disk that each host may promise, GiB',
      }),
      spawnMs: from.duration('COMPUTE_SPAWN_MS', { default: 250, min: 0, meaning: 'How long a guest takes to start' }),
      spawnJitterMs: from.duration('COMPUTE_SPAWN_JITTER_MS', {
        default: 0,
        min: 0,
        meaning: 'By how much that varies, up and down',
      }),
      destroyMs: from.duration('COMPUTE_DESTROY_MS', { default: 0, min: 0, meaning: 'How long a guest takes to stop' }),
      failRate: from.number('COMPUTE_FAIL_RATE', {
        default: 0,
        min: 0,
        max: 1,
        meaning: 'Share of spawns that fail, 0 to 1',
      }),
      failHosts: from.list('COMPUTE_FAIL_HOSTS', {
        default: NO_HOSTS,
        shownDefault: 'none',
        meaning: 'Hosts of this process on which every spawn fails',
      }),
      buildRenewMs: from.duration('BUILD_RENEW_MS', {
        default: 15_000,
        min: 10,
        meaning: 'How often a long build says that it is alive; at most half of BUILD_TIMEOUT_MS of the conductors',
      }),
      capabilitiesMs: from.duration('CAPABILITIES_MS', {
        default: 10_000,
        min: 10,
        meaning: 'How often each host fans its capabilities out to the schedulers',
      }),
      lookAroundMs: from.duration('LOOK_AROUND_MS', {
        default: 30_000,
        min: 10,
        meaning: 'How often deletes that were cut off are taken up again',
      }),
    };
  });
}

const NO_HOSTS: readonly string[] = [];

/** `COMPUTE_HOSTS=8` are HOST1 … HOST8, `COMPUTE_HOSTS=a,b` are a and b, `1` is HOST itself. */
function readHosts(from: From, base: HostName): readonly HostName[] {
  const named = from.list('COMPUTE_HOSTS', {
    default: ['1'],
    shownDefault: '1',
    meaning: 'Hosts in this process: a number (`8` makes HOST1 … HOST8) or their names with commas',
  });
  const [only = ''] = named;
  if (named.length === 1 && /^\d+$/.test(only)) {
    const count = Number(only);
    from.check(count >= 1 && count <= 10_000, 'COMPUTE_HOSTS', 'a number from 1 to 10000, or names');
    return count === 1
      ? [base]
      : Array.from({ length: Math.min(count, 10_000) }, (_, i) => hostName(`${base}${i + 1}`));
  }
  from.check(new Set(named).size === named.length, 'COMPUTE_HOSTS', 'names that differ from each other');
  from.check(
    named.every((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/.test(name)),
    'COMPUTE_HOSTS',
    'names of letters, digits, dots, dashes and underscores, at most 255 characters each',
  );
  return named.map(hostName);
}
