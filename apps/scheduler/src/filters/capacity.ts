import type { Resources } from '@novasim/cloud';
import type { HostFilter } from './filter.ts';

/** Enough of one resource is left on the host. Totals already carry the allocation ratio, so there is none to apply here. */
function roomFor(name: string, resource: keyof Resources): HostFilter {
  return {
    name,
    passes: ({ total, used }, { resources }) => total[resource] - used[resource] >= resources[resource],
  };
}

export const coreFilter = roomFor('CoreFilter', 'vcpus');
export const ramFilter = roomFor('RamFilter', 'memory_mb');
export const diskFilter = roomFor('DiskFilter', 'local_gb');
