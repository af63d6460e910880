import { instanceUuid, isUuid } from '@novasim/cloud';
import {
  AddressInUse,
  AddressOutOfRange,
  DuplicateEntry,
  InstanceNotBuilding,
  InvalidValue,
  NetworkNotFound,
  NoMoreAddresses,
} from '@novasim/store';
import { databasesUnderTest } from '@novasim/testkit';
import { DEMO, OTHER } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { freshCloud, TestClock } from './fresh-cloud.ts';

describe.each(await databasesUnderTest())('networks on $name', (database) => {
  test('a new network has one subnet, a gateway at its first address and gives out the others', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { networks } = cloud.store;

    const network = await networks.create({ name: 'demo', project_id: DEMO, shared: true, cidr: '10.0.0.0/20' });

    expect(network).toMatchObject({ name: 'demo', project_id: DEMO, shared: true, mtu: 1450, created_at: clock.text });
    expect(network.subnets).toMatchObject([
      {
        network_id: network.id,
        project_id: DEMO,
        cidr: '10.0.0.0/20',
        gateway_ip: '10.0.0.1',
        allocation_start: '10.0.0.2',
        allocation_end: '10.0.15.254',
      },
    ]);
    expect([network.id, network.subnets[0]?.id].every((id) => isUuid(id ?? ''))).toBe(true);
    expect(await networks.get(network.id)).toEqual(network);
    expect(await networks.get('unknown')).toBeUndefined();
  });

  test('a network that is refused leaves nothing behind', async () => {
    await using cloud = await freshCloud(database);
    const { networks } = cloud.store;
    const creating = networks.create({ name: 'demo', project_id: DEMO, shared: true, cidr: '10.0.0.1/20' });
    await expect(creating).rejects.toThrow(InvalidValue);
    await expect(creating).rejects.toThrow('cidr "10.0.0.1/20" does not begin its range: 10.0.0.0/20 does');
    expect(await networks.list()).toEqual([]);
  });

  test('an id can be given to a network, once', async () => {
    await using cloud = await freshCloud(database);
    const id = '0e000000-0000-4000-8000-000000000001';
    const create = () =>
      cloud.store.networks.create({ id, name: 'demo', project_id: DEMO, shared: true, cidr: '10.0.0.0/24' });
    const network = await create();

    await expect(create()).rejects.toThrow(DuplicateEntry);
    expect(await cloud.store.networks.list()).toEqual([network]);
  });

  test('a project sees its own networks and shared ones', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { networks } = cloud.store;
    for (const [name, project_id, shared] of [
      ['mine', DEMO, false],
      ['theirs', OTHER, false],
      ['shared', OTHER, true],
    ] as const) {
      await networks.create({ name, project_id, shared, cidr: '10.0.0.0/24' });
      clock.advance(1);
    }
    const names = async (filter: Parameters<typeof networks.list>[0]) =>
      (await networks.list(filter)).map(({ name }) => name);

    expect(await names({ project_id: DEMO })).toEqual(['mine', 'shared']);
    expect(await names({})).toEqual(['mine', 'theirs', 'shared']);
    expect(await names({ name: 'theirs' })).toEqual(['theirs']);
    expect(await names({ project_id: DEMO, name: 'theirs' })).toEqual([]);
  });

  test('a port has an address of the pool and a MAC of OpenStack, and raises the version of its instance', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const network_id = await cloud.network('10.0.0.0/24');
    const instance = await cloud.boot();

    const port = await cloud.plug(instance, network_id);

    expect(port).toMatchObject({
      network_id,
      project_id: DEMO,
      device_id: instance.uuid,
      ip_address: '10.0.0.2',
      created_at: clock.text,
    });
    expect(port.mac_address).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/);
    expect(await cloud.store.networks.ports({ device_ids: [instance.uuid] })).toEqual([port]);
    expect(await cloud.store.networks.ports({ network_id })).toEqual([port]);
    expect(await cloud.store.networks.ports({ network_id: 'unknown' })).toEqual([]);
    expect((await cloud.store.instances.get(instance.uuid))?.version).toBe(instance.version + 1);
  });

  test('the interfaces of instances come with the names of their networks, in the order they were made', async () => {
    await using cloud = await freshCloud(database);
    const { networks } = cloud.store;
    const ids = [];
    for (const [name, cidr] of [
      ['front', '10.0.0.0/24'],
      ['back', '10.1.0.0/24'],
    ] as const) {
      ids.push((await networks.create({ name, project_id: DEMO, shared: false, cidr })).id);
    }
    const [front = '', back = ''] = ids;
    const [a, b, none] = [await cloud.boot(), await cloud.boot(), await cloud.boot()];
    const made = [];
    for (const id of [back, front, back]) made.push(await cloud.plug(a, id));
    await cloud.plug(b, front);

    const vifs = await networks.vifs([a.uuid, b.uuid, none.uuid]);

    expect(vifs.get(a.uuid)).toEqual(
      made.map((port) => ({
        id: port.id,
        address: port.mac_address,
        network: { id: port.network_id, label: port.network_id === front ? 'front' : 'back' },
        fixed_ips: [{ address: port.ip_address, version: 4 }],
      })),
    );
    expect(vifs.get(b.uuid)).toHaveLength(1);
    expect(vifs.has(none.uuid)).toBe(false);
    expect(await networks.vifs([])).toEqual(new Map());
  });

  test('every address of the pool is given out once, then there are no more', async () => {
    await using cloud = await freshCloud(database);
    const network_id = await cloud.network('10.0.0.0/29');
    const given = [];
    for (let count = 0; count < 5; count += 1)
      given.push((await cloud.plug(await cloud.boot(), network_id)).ip_address);
    const late = await cloud.boot();

    expect(given).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
    const plugging = cloud.plug(late, network_id);
    await expect(plugging).rejects.toThrow(NoMoreAddresses);
    await expect(plugging).rejects.toThrow(`network "net" (${network_id})`);
    await expect(plugging).rejects.toThrow('10.0.0.0/29');
    expect(await cloud.store.instances.get(late.uuid)).toEqual(late);
  });

  test('addresses given back are given out again', async () => {
    await using cloud = await freshCloud(database);
    const { networks } = cloud.store;
    const network_id = await cloud.network('10.0.0.0/29');
    const instances = [];
    for (let count = 0; count < 5; count += 1) instances.push(await cloud.boot());
    const [first, second] = instances;
    if (first === undefined || second === undefined) throw new Error('five were booted');
    for (const instance of instances) await cloud.plug(instance, network_id);

    expect(await networks.deallocate(second.uuid)).toBe(1);
    expect(await networks.deallocate(first.uuid)).toBe(1);
    expect(await networks.deallocate(first.uuid)).toBe(0);

    const again = await cloud.boot();
    expect((await cloud.plug(again, network_id)).ip_address).toBe('10.0.0.2');
    expect((await cloud.plug(again, network_id)).ip_address).toBe('10.0.0.3');
    await expect(cloud.plug(again, network_id)).rejects.toThrow(NoMoreAddresses);
    expect(await networks.deallocate(again.uuid)).toBe(2);
  });

  test('the pool that was named is kept to, and a gateway within the range is never given out', async () => {
    await using cloud = await freshCloud(database);
    const { networks } = cloud.store;
    const named = await cloud.network('10.0.0.0/24', { allocation_start: '10.0.0.100', allocation_end: '10.0.0.101' });
    const middle = await networks.create({
      name: 'middle',
      project_id: DEMO,
      shared: true,
      cidr: '10.1.0.0/29',
      gateway_ip: '10.1.0.3',
    });
    const all = async (network_id: string) => {
      const addresses: string[] = [];
      const instance = await cloud.boot();
      for (;;) {
        try {
          addresses.push((await cloud.plug(instance, network_id)).ip_address);
        } catch (error) {
          expect(error).toBeInstanceOf(NoMoreAddresses);
          return addresses;
        }
      }
    };

    expect(await all(named)).toEqual(['10.0.0.100', '10.0.0.101']);
    expect(await all(middle.id)).toEqual(['10.1.0.1', '10.1.0.2', '10.1.0.4', '10.1.0.5', '10.1.0.6']);
  });

  test('an address asked for is given if it is free, and stepped over afterwards', async () => {
    await using cloud = await freshCloud(database);
    const network_id = await cloud.network('10.0.0.0/29');
    const [wisher, other] = [await cloud.boot(), await cloud.boot()];

    expect((await cloud.plug(wisher, network_id, '10.0.0.3')).ip_address).toBe('10.0.0.3');
    const again = cloud.plug(other, network_id, '10.0.0.3');
    await expect(again).rejects.toThrow(AddressInUse);
    await expect(again).rejects.toThrow('10.0.0.3');
    expect((await cloud.plug(other, network_id)).ip_address).toBe('10.0.0.2');
    expect((await cloud.plug(other, network_id)).ip_address).toBe('10.0.0.4');
  });

  test('an address given back and then taken by wish is not given out twice, nor lost', async () => {
    await using cloud = await freshCloud(database);
    const { networks } = cloud.store;
    const network_id = await cloud.network('10.0.0.0/29');
    const [a, b] = [await cloud.boot(), await cloud.boot()];
    for (let count = 0; count < 5; count += 1) await cloud.plug(a, network_id);
    await networks.deallocate(a.uuid); // all five are free again
    await cloud.plug(b, network_id, '10.0.0.2');

    const given = [];
    for (let count = 0; count < 4; count += 1) given.push((await cloud.plug(a, network_id)).ip_address);
    expect(given).toEqual(['10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
    await expect(cloud.plug(a, network_id)).rejects.toThrow(NoMoreAddresses);
    await networks.deallocate(b.uuid);
    expect((await cloud.plug(a, network_id)).ip_address).toBe('10.0.0.2');
  });

  test.for([
    ['10.0.0.0', 'the address of the network'],
    ['10.0.0.1', 'the gateway'],
    ['10.0.0.255', 'the broadcast address'],
    ['10.0.1.1', 'not in the subnet'],
    ['10.0.0.01', 'not an IPv4 address'],
    ['fe80::1', 'not an IPv4 address'],
  ] as const)('%s cannot be had: it is %s', async ([address, why]) => {
    await using cloud = await freshCloud(database);
    const plugging = cloud.plug(await cloud.boot(), await cloud.network('10.0.0.0/24'), address);
    await expect(plugging).rejects.toThrow(AddressOutOfRange);
    await expect(plugging).rejects.toThrow(address);
    await expect(plugging).rejects.toThrow(why);
  });

  test('an address outside the pool can be asked for, and does not enter the pool when it is given back', async () => {
    await using cloud = await freshCloud(database);
    const pool = { allocation_start: '10.0.0.10', allocation_end: '10.0.0.10' };
    const network_id = await cloud.network('10.0.0.0/24', pool);
    const [a, b] = [await cloud.boot(), await cloud.boot()];
    await cloud.plug(a, network_id, '10.0.0.200');
    await cloud.store.networks.deallocate(a.uuid);

    expect((await cloud.plug(b, network_id)).ip_address).toBe('10.0.0.10');
    await expect(cloud.plug(b, network_id)).rejects.toThrow(NoMoreAddresses);
  });

  test("a network that is not there, or another project's, gives no port", async () => {
    await using cloud = await freshCloud(database);
    const theirs = { name: 'theirs', project_id: OTHER, shared: false, cidr: '10.0.0.0/24' };
    const { id } = await cloud.store.networks.create(theirs);
    const instance = await cloud.boot();

    await expect(cloud.plug(instance, 'unknown')).rejects.toThrow(NetworkNotFound);
    await expect(cloud.plug(instance, id)).rejects.toThrow(NetworkNotFound);
    await expect(cloud.plug(instance, id)).rejects.toThrow(id);
    expect(await cloud.store.instances.get(instance.uuid)).toEqual(instance);
  });

  test('what is no live build gets no port', async () => {
    await using cloud = await freshCloud(database);
    const { instances, networks } = cloud.store;
    const network_id = await cloud.network('10.0.0.0/24');
    const [active, failed, deleted] = [await cloud.boot(), await cloud.boot(), await cloud.boot()];
    await instances.save(active.uuid, { vm_state: 'active' });
    await instances.save(failed.uuid, { vm_state: 'error' });
    await instances.destroy(deleted.uuid);

    for (const uuid of [active.uuid, failed.uuid, deleted.uuid, instanceUuid('unknown')]) {
      await expect(cloud.plug({ uuid }, network_id)).rejects.toThrow(InstanceNotBuilding);
    }
    expect(await networks.ports()).toEqual([]);
  });

  test('several ports are made at once, in the order they were asked for, in place of those that the build had', async () => {
    await using cloud = await freshCloud(database);
    const { networks } = cloud.store;
    const [first, second] = [await cloud.network('10.0.0.0/29'), await cloud.network('10.1.0.0/29')];
    const { uuid } = await cloud.boot();
    const requested = [{ network_id: second, fixed_ip: '10.1.0.5' }, { network_id: first }];
    const request = { instance_uuid: uuid, project_id: DEMO, requested };

    const ports = await networks.allocateAll(request);
    expect(ports).toMatchObject([
      { network_id: second, ip_address: '10.1.0.5', device_id: uuid },
      { network_id: first, ip_address: '10.0.0.2', device_id: uuid },
    ]);
    expect((await networks.vifs([uuid])).get(uuid)?.map(({ id }) => id)).toEqual(ports.map(({ id }) => id));

    const again = await networks.allocateAll(request); // the wish is for its own address
    expect(again).toMatchObject([{ ip_address: '10.1.0.5' }, { network_id: first }]);
    expect((await networks.ports()).map(({ id }) => id)).toEqual(again.map(({ id }) => id));
    expect(await networks.allocateAll({ ...request, requested: [] })).toEqual([]);
    expect(await networks.ports()).toEqual([]);
  });

  test('a build that takes its ports again and again never runs out of addresses', async () => {
    await using cloud = await freshCloud(database);
    const network_id = await cloud.network('10.0.0.0/30'); // one address beside the gateway
    const request = { instance_uuid: (await cloud.boot()).uuid, project_id: DEMO, requested: [{ network_id }] };
    for (let count = 0; count < 3; count += 1) {
      expect(await cloud.store.networks.allocateAll(request)).toMatchObject([{ ip_address: '10.0.0.2' }]);
    }
  });

  test('when one of several ports cannot be made, none is, and the build keeps what it had', async () => {
    await using cloud = await freshCloud(database);
    const { instances, networks } = cloud.store;
    const [free, full] = [await cloud.network('10.0.0.0/29'), await cloud.network('10.1.0.0/30')];
    await cloud.plug(await cloud.boot(), full);
    const { uuid } = await cloud.boot();
    await cloud.plug({ uuid }, free);
    const before = await networks.ports();
    const allocate = (network_id: string) =>
      networks.allocateAll({
        instance_uuid: uuid,
        project_id: DEMO,
        requested: [{ network_id: free }, { network_id }],
      });

    await expect(allocate(full)).rejects.toThrow(NoMoreAddresses);
    await expect(allocate('unknown')).rejects.toThrow(NetworkNotFound);
    expect(await networks.ports()).toEqual(before);
    await instances.save(uuid, { vm_state: 'active' });
    await expect(allocate(free)).rejects.toThrow(InstanceNotBuilding);
    expect(await networks.ports()).toEqual(before);
  });

  test('the same request carried out many times at once leaves one port', async () => {
    await using cloud = await freshCloud(database);
    const network_id = await cloud.network('10.0.0.0/24');
    const request = { instance_uuid: (await cloud.boot()).uuid, project_id: DEMO, requested: [{ network_id }] };
    const stores = await Promise.all(Array.from({ length: 6 }, () => cloud.anotherStore()));

    await Promise.all(stores.map((store) => store.networks.allocateAll(request)));

    expect(await cloud.store.networks.ports()).toHaveLength(1);
  });
});
