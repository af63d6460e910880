import { hostName } from '@novasim/cloud';
import { describe, expect, test } from 'vitest';
import type { HostState } from '../host-state.ts';
import { weighHosts } from './weigh-hosts.ts';

function host(name: string, vcpus: number, memory_mb: number, failed_builds = 0): HostState {
  return {
    host: hostName(name),
    nodename: name,
    total: { vcpus: 16, memory_mb: 16_384, local_gb: 100 },
    used: { vcpus, memory_mb, local_gb: 0 },
    availability_zone: 'nova',
    running_vms: 0,
    failed_builds,
    disabled: false,
    last_seen_ms: 0,
  };
}

const names = (hosts: readonly HostState[]) => weighHosts(hosts).map((state) => state.host);

describe(weighHosts, () => {
  test('the emptier host comes first', () => {
    expect(names([host('full', 8, 8192), host('empty', 0, 0), host('half', 4, 4096)])).toEqual([
      'empty',
      'half',
      'full',
    ]);
  });

  test('equal hosts come in the order of their names', () => {
    expect(names([host('b', 1, 512), host('a', 1, 512), host('c', 1, 512)])).toEqual(['a', 'b', 'c']);
  });

  test('one failed build outweighs an empty host', () => {
    expect(names([host('failing', 0, 0, 1), host('full', 15, 16_000)])).toEqual(['full', 'failing']);
  });

  test('memory and vCPUs weigh the same after scaling', () => {
    // a: most memory, fewest vCPUs left; b: the other way round; c: in the middle of both, so equal to them in sum
    expect(names([host('a', 16, 0), host('b', 0, 16_384), host('c', 8, 8192)])).toEqual(['a', 'b', 'c']);
  });

  test('a single host needs no weighing, none gives none', () => {
    expect(names([host('a', 0, 0)])).toEqual(['a']);
    expect(names([])).toEqual([]);
  });
});
