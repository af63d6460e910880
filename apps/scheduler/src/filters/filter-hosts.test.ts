import { type HostName, hostName } from '@novasim/cloud';
import { describe, expect, test } from 'vitest';
import type { HostRequest, HostState } from '../host-state.ts';
import { describeVerdict, filterHosts } from './filter-hosts.ts';

const NOW = 1_000_000;
const circumstances = { nowMs: NOW, serviceDownMs: 60_000 };

function host(name: string, changes: Partial<HostState> = {}): HostState {
  return {
    host: hostName(name),
    nodename: name,
    total: { vcpus: 4, memory_mb: 4096, local_gb: 40 },
    used: { vcpus: 0, memory_mb: 0, local_gb: 0 },
    availability_zone: 'nova',
    running_vms: 0,
    failed_builds: 0,
    disabled: false,
    last_seen_ms: NOW,
    ...changes,
  };
}

function request(changes: Partial<HostRequest> = {}): HostRequest {
  return {
    resources: { vcpus: 2, memory_mb: 2048, local_gb: 20 },
    availability_zone: null,
    ignore_hosts: new Set<HostName>(),
    ...changes,
  };
}

describe(filterHosts, () => {
  test.for([
    ['a host with exactly the room that is asked for', { used: { vcpus: 2, memory_mb: 2048, local_gb: 20 } }, {}, null],
    ['one vCPU too few', { used: { vcpus: 3, memory_mb: 0, local_gb: 0 } }, {}, 'CoreFilter'],
    ['one MiB too few', { used: { vcpus: 0, memory_mb: 2049, local_gb: 0 } }, {}, 'RamFilter'],
    ['one GiB too few', { used: { vcpus: 0, memory_mb: 0, local_gb: 21 } }, {}, 'DiskFilter'],
    ['disabled', { disabled: true }, {}, 'ComputeFilter'],
    ['seen exactly as long ago as is allowed', { last_seen_ms: NOW - 60_000 }, {}, null],
    ['seen one millisecond too long ago', { last_seen_ms: NOW - 60_001 }, {}, 'ComputeFilter'],
    ['another zone than asked for', {}, { availability_zone: 'west' }, 'AvailabilityZoneFilter'],
    ['the zone asked for', { availability_zone: 'west' }, { availability_zone: 'west' }, null],
    ['tried before', {}, { ignore_hosts: new Set([hostName('a')]) }, 'RetryFilter'],
    ['not the host that was forced', {}, { force_hosts: [hostName('b')] }, 'RetryFilter'],
    ['the host that was forced', {}, { force_hosts: [hostName('a')] }, null],
  ] as const)('%s', ([, changes, wanted, refusedBy]) => {
    const verdict = filterHosts([host('a', changes)], request(wanted), circumstances);
    expect(verdict.hosts.length).toBe(refusedBy === null ? 1 : 0);
    if (refusedBy !== null) expect(verdict.steps.at(-1)).toEqual({ filter: refusedBy, start: 1, end: 0 });
  });

  test('the verdict counts what each filter left', () => {
    const hosts = [host('a', { disabled: true }), host('b', { used: { vcpus: 4, memory_mb: 0, local_gb: 0 } })];
    const verdict = filterHosts(hosts, request(), circumstances);
    expect(describeVerdict(verdict)).toBe(
      "Filter results: ['RetryFilter: (start: 2, end: 2)', 'ComputeFilter: (start: 2, end: 1)', " +
        "'AvailabilityZoneFilter: (start: 1, end: 1)', 'CoreFilter: (start: 1, end: 0)']",
    );
  });

  test('a cloud without hosts has a verdict too', () => {
    expect(describeVerdict(filterHosts([], request(), circumstances))).toBe(
      "Filter results: ['RetryFilter: (start: 0, end: 0)']",
    );
  });
});
