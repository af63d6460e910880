import { hostName, instanceUuid, type Resources } from '@novasim/cloud';
import { databasesUnderTest } from '@novasim/testkit';
import { TINY } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { freshCloud, TestClock } from './fresh-cloud.ts';

const HOST_1 = hostName('host-1');
const NOTHING: Resources = { vcpus: 0, memory_mb: 0, local_gb: 0 };
const report = (host: string, seen_ms: number) =>
  ({ binary: 'nova-compute', host: hostName(host), topic: 'compute', availability_zone: 'nova', seen_ms }) as const;

describe.each(await databasesUnderTest())('hosts on $name', (database) => {
  test('the first report makes a service, the next ones count', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { hosts } = cloud.store;

    const first = await hosts.report(report('host-1', 1_700_000_000_123));
    clock.advance(5_000);
    const second = await hosts.report({ ...report('host-1', 1_700_000_010_123), availability_zone: 'az-2' });

    expect(first).toMatchObject({
      binary: 'nova-compute',
      host: 'host-1',
      topic: 'compute',
      disabled: false,
      disabled_reason: null,
      report_count: 1,
      last_seen_ms: 1_700_000_000_123,
    });
    expect(second).toEqual({
      ...first,
      report_count: 2,
      last_seen_ms: 1_700_000_010_123,
      availability_zone: 'az-2',
    });
    expect(await hosts.services()).toEqual([second]);
  });

  test('services are found by what they are and where', async () => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    for (const host of ['host-2', 'host-1']) await hosts.report(report(host, 1));
    await hosts.report({ ...report('host-1', 1), binary: 'nova-network' });
    const found = async (filter: Parameters<typeof hosts.services>[0]) =>
      (await hosts.services(filter)).map(({ binary, host }) => `${binary} ${host}`);

    expect(await found({})).toEqual(['nova-compute host-1', 'nova-compute host-2', 'nova-network host-1']);
    expect(await found({ binary: 'nova-compute' })).toEqual(['nova-compute host-1', 'nova-compute host-2']);
    expect(await found({ host: HOST_1, binary: 'nova-network' })).toEqual(['nova-network host-1']);
    expect(await found({ host: hostName('host-9') })).toEqual([]);
  });

  test('a service that was disabled stays so through its reports, until it is enabled', async () => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    await hosts.report(report('host-1', 1));

    expect(await hosts.setDisabled('nova-compute', HOST_1, true, 'smells of smoke')).toBe(true);
    expect(await hosts.report(report('host-1', 2))).toMatchObject({
      disabled: true,
      disabled_reason: 'smells of smoke',
    });
    expect(await hosts.setDisabled('nova-compute', HOST_1, false, 'ignored')).toBe(true);
    expect(await hosts.services()).toMatchObject([{ disabled: false, disabled_reason: null }]);
    expect(await hosts.setDisabled('nova-compute', hostName('host-9'), true)).toBe(false);
  });

  test('a node that reports its size again keeps what is taken of it', async () => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    await cloud.host('host-1', TINY);
    await hosts.claim((await cloud.boot()).uuid, HOST_1, TINY);

    const total = { vcpus: 64, memory_mb: 262_144, local_gb: 2_000 };
    const node = await hosts.upsertNode({ host: HOST_1, hypervisor_hostname: 'hv', total, availability_zone: 'az-2' });

    expect(node).toMatchObject({
      hypervisor_hostname: 'hv',
      total,
      used: TINY,
      running_vms: 1,
      availability_zone: 'az-2',
    });
    expect(await hosts.nodes()).toEqual([node]);
  });

  test('a claim takes from its host and its release gives back', async () => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    await cloud.host('host-1', { vcpus: 4, memory_mb: 4_096, local_gb: 40 });
    const { uuid, version } = await cloud.boot();

    expect(await hosts.claim(uuid, HOST_1, TINY)).toBe('claimed');
    expect(await hosts.nodes()).toMatchObject([{ used: TINY, running_vms: 1 }]);
    expect(await hosts.claims()).toEqual([{ instance_uuid: uuid, host: HOST_1, resources: TINY }]);
    expect(await hosts.claims({ host: hostName('host-2') })).toEqual([]);
    expect((await cloud.store.instances.get(uuid))?.version).toBeGreaterThan(version);

    expect(await hosts.release(uuid)).toBe(true);
    expect(await hosts.release(uuid)).toBe(false);
    expect(await hosts.nodes()).toMatchObject([{ used: NOTHING, running_vms: 0 }]);
  });

  test.for([
    ['vcpus', { vcpus: 3, memory_mb: 1, local_gb: 1 }],
    ['memory_mb', { vcpus: 1, memory_mb: 1_025, local_gb: 1 }],
    ['local_gb', { vcpus: 1, memory_mb: 1, local_gb: 11 }],
  ] as const)('a host is full when its %s do not suffice, and nothing is taken', async ([, resources]) => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    await cloud.host('host-1', { vcpus: 2, memory_mb: 1_024, local_gb: 10 });
    const before = await cloud.boot();

    expect(await hosts.claim(before.uuid, HOST_1, resources)).toBe('full');
    expect(await hosts.claims()).toEqual([]);
    expect(await hosts.nodes()).toMatchObject([{ used: NOTHING, running_vms: 0 }]);
    expect(await cloud.store.instances.get(before.uuid)).toEqual(before);
  });

  test('a host that never told its size is full', async () => {
    await using cloud = await freshCloud(database);
    expect(await cloud.store.hosts.claim((await cloud.boot()).uuid, HOST_1, TINY)).toBe('full');
  });

  test('a claim can take the last bit of a host', async () => {
    await using cloud = await freshCloud(database);
    await cloud.host('host-1', TINY);
    expect(await cloud.store.hosts.claim((await cloud.boot()).uuid, HOST_1, TINY)).toBe('claimed');
    expect(await cloud.store.hosts.claim((await cloud.boot()).uuid, HOST_1, TINY)).toBe('full');
  });

  test('a claim on another host moves the older one; when that host is full, it stays', async () => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    const [a, b, small] = [
      await cloud.host('host-a', TINY),
      await cloud.host('host-b', TINY),
      await cloud.host('small', NOTHING),
    ];
    const { uuid } = await cloud.boot();
    const used = async () => (await hosts.nodes()).map((node) => `${node.host} ${node.used.vcpus} ${node.running_vms}`);

    await hosts.claim(uuid, a, TINY);
    expect(await hosts.claim(uuid, b, TINY)).toBe('claimed');
    expect(await used()).toEqual(['host-a 0 0', 'host-b 1 1', 'small 0 0']);
    expect(await hosts.claim(uuid, small, TINY)).toBe('full');
    expect(await used()).toEqual(['host-a 0 0', 'host-b 1 1', 'small 0 0']);
    expect(await hosts.claim(uuid, a, TINY)).toBe('claimed');
    expect(await used()).toEqual(['host-a 1 1', 'host-b 0 0', 'small 0 0']);
    expect(await hosts.claims()).toEqual([{ instance_uuid: uuid, host: a, resources: TINY }]);
  });

  test('a claim repeated on its host is the same claim, and may change its size', async () => {
    await using cloud = await freshCloud(database);
    const { hosts } = cloud.store;
    await cloud.host('host-1', { vcpus: 2, memory_mb: 1_024, local_gb: 2 });
    const { uuid } = await cloud.boot();
    const twice = { vcpus: 2, memory_mb: 1_024, local_gb: 2 };

    await hosts.claim(uuid, HOST_1, TINY);
    expect(await hosts.claim(uuid, HOST_1, TINY)).toBe('claimed');
    expect(await hosts.nodes()).toMatchObject([{ used: TINY, running_vms: 1 }]);
    expect(await hosts.claim(uuid, HOST_1, twice)).toBe('claimed');
    expect(await hosts.nodes()).toMatchObject([{ used: twice, running_vms: 1 }]);
    expect(await hosts.claim(uuid, HOST_1, { ...twice, vcpus: 3 })).toBe('full');
    expect(await hosts.claims()).toMatchObject([{ resources: twice }]);
  });

  test('what is no live build claims nothing', async () => {
    await using cloud = await freshCloud(database);
    const { instances, hosts } = cloud.store;
    await cloud.host('host-1', TINY);
    const [active, failed, deleted] = [await cloud.boot(), await cloud.boot(), await cloud.boot()];
    await instances.save(active.uuid, { vm_state: 'active' });
    await instances.save(failed.uuid, { vm_state: 'error' });
    await instances.destroy(deleted.uuid);

    for (const uuid of [active.uuid, failed.uuid, deleted.uuid, instanceUuid('unknown')]) {
      expect(await hosts.claim(uuid, HOST_1, TINY)).toBe('gone');
    }
    expect(await hosts.claims()).toEqual([]);
  });
});
