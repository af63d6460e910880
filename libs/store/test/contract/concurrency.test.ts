import type { HostName, InstanceUuid } from '@novasim/cloud';
import { InstanceNotBuilding, NoMoreAddresses, type Store } from '@novasim/store';
import { databasesUnderTest } from '@novasim/testkit';
import { DEMO, newInstance, TINY } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { type FreshCloud, freshCloud } from './fresh-cloud.ts';
import { numbersFrom, RANDOM_HOSTS, randomClaims } from './random-claims.ts';
import { expectTrueSums } from './true-sums.ts';
import { runWorker } from './workers.ts';

const CONNECTIONS = 8;
const allocation = (instance_uuid: InstanceUuid, network_id: string) => ({
  instance_uuid,
  project_id: DEMO,
  network_id,
});

describe.each(await databasesUnderTest())('many at once on $name', (database) => {
  test('claims from eight connections fill a host to the last bit and never beyond', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    const host = await cloud.host('host-1', { vcpus: 10, memory_mb: 100_000, local_gb: 1_000 });
    const builds = await cloud.store.instances.create(Array.from({ length: 24 }, () => newInstance()));

    const outcomes = await Promise.all(
      builds.map(({ uuid }, index) => at(stores, index).hosts.claim(uuid, host, TINY)),
    );

    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(14);
    expect(await cloud.store.hosts.nodes()).toMatchObject([{ used: { vcpus: 10 }, running_vms: 10 }]);
    await expectTrueSums(cloud.store);
  });

  test('one instance claimed everywhere at once ends with one claim', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    const hosts: HostName[] = [];
    for (const name of ['a', 'b', 'c', 'd']) hosts.push(await cloud.host(name, TINY));
    const { uuid } = await cloud.boot();

    const outcomes = await Promise.all(stores.map((store, index) => store.hosts.claim(uuid, at(hosts, index), TINY)));

    expect(new Set(outcomes)).toEqual(new Set(['claimed']));
    expect(await cloud.store.hosts.claims()).toHaveLength(1);
    await expectTrueSums(cloud.store);
  });

  test('what nodes count as taken is the sum of their claims after anything that connections did', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    for (const host of RANDOM_HOSTS) await cloud.host(host, { vcpus: 6, memory_mb: 600, local_gb: 6 });

    await Promise.all(stores.map((store, index) => randomClaims(store, numbersFrom(index + 1), 30)));

    expect(await cloud.store.hosts.claims()).not.toEqual([]);
    await expectTrueSums(cloud.store);
  });

  test('what nodes count as taken is the sum of their claims after anything that processes did', async () => {
    await using cloud = await freshCloud(database);
    for (const host of RANDOM_HOSTS) await cloud.host(host, { vcpus: 6, memory_mb: 600, local_gb: 6 });

    await Promise.all([11, 12, 13].map((seed) => runWorker(cloud.url, 'claim', seed)));

    expect((await cloud.store.instances.list({ deleted: 'any' })).length).toBe(60);
    await expectTrueSums(cloud.store);
  });

  test('of saves that expect the same task one is done, and the others are told what it left', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    for (let round = 0; round < 5; round += 1) {
      const { uuid } = await cloud.boot();
      const expected = { task_state: ['scheduling'] } as const;

      const outcomes = await Promise.all(
        stores.map((store, index) =>
          store.instances.save(uuid, { task_state: 'networking', node: `node-${index}` }, { expected }),
        ),
      );

      const saved = outcomes.filter(({ outcome }) => outcome === 'saved');
      const lost = outcomes.filter(({ outcome }) => outcome === 'unexpected');
      expect([saved.length, lost.length]).toEqual([1, CONNECTIONS - 1]);
      const row = await cloud.store.instances.get(uuid);
      expect(saved).toEqual([{ outcome: 'saved', instance: row }]);
      expect(new Set(lost.map((other) => other.outcome === 'unexpected' && other.instance.node))).toEqual(
        new Set([row?.node]),
      );
    }
  });

  test('saves that expect nothing are all done', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    const { uuid, version } = await cloud.boot();

    const outcomes = await Promise.all(stores.map((store) => store.instances.save(uuid, { power_state: 1 })));

    const versions = outcomes.map((saved) => (saved.outcome === 'saved' ? saved.instance.version : saved.outcome));
    expect(new Set(versions)).toEqual(new Set(stores.map((_, index) => version + index + 1)));
  });

  test('of many who destroy an instance one has done it', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    const { uuid } = await cloud.boot();
    const outcomes = await Promise.all(stores.map((store) => store.instances.destroy(uuid)));
    expect(outcomes.filter((done) => done)).toHaveLength(1);
  });

  test('a port that is allocated while its instance is destroyed is either refused or freed with the rest', async () => {
    await using cloud = await freshCloud(database);
    const [allocating, terminating] = await connections(cloud);
    if (allocating === undefined || terminating === undefined) throw new Error('eight were opened');
    const network = await cloud.network('10.0.0.0/24');
    for (let round = 0; round < 25; round += 1) {
      const { uuid } = await cloud.boot();

      const [allocated] = await Promise.allSettled([
        allocating.networks.allocate(allocation(uuid, network)),
        terminating.instances.destroy(uuid).then(() => terminating.networks.deallocate(uuid)),
      ]);

      if (allocated.status === 'rejected') expect(allocated.reason).toBeInstanceOf(InstanceNotBuilding);
    }
    expect(await cloud.store.networks.ports()).toEqual([]);
  });

  test('a claim that is made while its instance is destroyed or failed is not left behind', async () => {
    await using cloud = await freshCloud(database);
    const [claiming, ending] = await connections(cloud);
    if (claiming === undefined || ending === undefined) throw new Error('eight were opened');
    const host = await cloud.host('host-1', TINY);
    for (let round = 0; round < 25; round += 1) {
      const { uuid } = await cloud.boot();

      const [outcome] = await Promise.all([
        claiming.hosts.claim(uuid, host, TINY),
        round % 2 === 0
          ? ending.instances.destroy(uuid)
          : ending.instances.save(uuid, { vm_state: 'error' }, { release_claim: true }),
      ]);

      expect(['claimed', 'gone']).toContain(outcome);
      expect(await cloud.store.hosts.claims()).toEqual([]);
    }
    await expectTrueSums(cloud.store);
  });

  test('many who want the last addresses get each one once', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    const network = await cloud.network('10.0.0.0/28'); // 13 beside the gateway
    const builds = await cloud.store.instances.create(Array.from({ length: 20 }, () => newInstance()));

    const results = await Promise.allSettled(
      builds.map(({ uuid }, index) => at(stores, index).networks.allocate(allocation(uuid, network))),
    );

    const given = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.ip_address] : []));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(new Set(given)).toEqual(new Set(Array.from({ length: 13 }, (_, index) => `10.0.0.${index + 2}`)));
    expect(given).toHaveLength(13);
    expect(refused.every((reason) => reason instanceof NoMoreAddresses)).toBe(true);
  });

  test('no address is lost or doubled when they come and go', async () => {
    await using cloud = await freshCloud(database);
    const stores = await connections(cloud);
    const network = await cloud.network('10.0.0.0/29'); // 5 beside the gateway
    await Promise.all(stores.map((store) => comeAndGo(store, network)));
    expect(await cloud.store.networks.ports()).toEqual([]);

    const { uuid } = await cloud.boot();
    for (let count = 0; count < 5; count += 1) await cloud.plug({ uuid }, network);
    await expect(cloud.plug({ uuid }, network)).rejects.toThrow(NoMoreAddresses);
  });
});

async function comeAndGo({ instances, networks }: Store, network: string): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    const { uuid } = newInstance();
    await instances.create([newInstance({ uuid })]);
    try {
      await networks.allocate(allocation(uuid, network));
    } catch (error) {
      if (!(error instanceof NoMoreAddresses)) throw error;
    }
    await networks.deallocate(uuid);
  }
}

async function connections(cloud: FreshCloud): Promise<readonly Store[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => cloud.anotherStore()));
}

/** The element at an index that goes round. */
function at<T>(list: readonly T[], index: number): T {
  const element = list[index % list.length];
  if (element === undefined) throw new Error('an empty list');
  return element;
}
