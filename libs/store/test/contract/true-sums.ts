import type { Store } from '@novasim/store';
import { expect } from 'vitest';

/** What a node counts as taken is the sum of its claims, and never more than it has. */
export async function expectTrueSums({ hosts }: Store): Promise<void> {
  const claims = await hosts.claims();
  for (const { host, used, running_vms, total } of await hosts.nodes()) {
    const own = claims.filter((claim) => claim.host === host).map(({ resources }) => resources);
    const sum = { vcpus: 0, memory_mb: 0, local_gb: 0 };
    for (const { vcpus, memory_mb, local_gb } of own) {
      sum.vcpus += vcpus;
      sum.memory_mb += memory_mb;
      sum.local_gb += local_gb;
    }
    expect({ host, used, running_vms }).toEqual({ host, used: sum, running_vms: own.length });
    expect(used.vcpus).toBeLessThanOrEqual(total.vcpus);
    expect(used.memory_mb).toBeLessThanOrEqual(total.memory_mb);
    expect(used.local_gb).toBeLessThanOrEqual(total.local_gb);
  }
}
