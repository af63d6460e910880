import { databasesUnderTest } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { type FreshCloud, freshCloud } from './fresh-cloud.ts';
import { expectTrueSums } from './true-sums.ts';
import { killBuilder } from './workers.ts';

describe.each(await databasesUnderTest())('a process that is killed while it writes to $name', (database) => {
  test('leaves every transaction done or not begun', async () => {
    await using cloud = await freshCloud(database);
    const size = { vcpus: 100_000, memory_mb: 1_000_000_000, local_gb: 100_000 };
    for (const host of ['host-1', 'host-2']) await cloud.host(host, size);
    await cloud.network('10.0.0.0/16');

    // Moments spread over a round of builds, each at another point of it.
    for (const afterMs of [0, 1, 2, 3, 5, 7]) {
      await killBuilder(cloud.url, 2, afterMs);
      await expectWhole(cloud);
    }
  });
});

async function expectWhole({ store }: FreshCloud): Promise<void> {
  await expectTrueSums(store);
  const all = await store.instances.list({ deleted: 'any' });
  const faults = await store.instances.faults(all.map(({ uuid }) => uuid));
  const claimed = new Set((await store.hosts.claims()).map(({ instance_uuid }) => instance_uuid));

  for (const three of Map.groupBy(all, ({ reservation_id }) => reservation_id).values()) {
    expect(three).toHaveLength(3); // created together or not at all
  }
  for (const { uuid, vm_state } of all) {
    expect(faults.has(uuid)).toBe(vm_state === 'error'); // the fault comes with the state
    if (vm_state === 'error' || vm_state === 'deleted') expect(claimed.has(uuid)).toBe(false); // and so does the claim's end
  }
  const addresses = (await store.networks.ports()).map(({ ip_address }) => ip_address);
  expect(new Set(addresses).size).toBe(addresses.length);
}
