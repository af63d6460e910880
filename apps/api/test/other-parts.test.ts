import type { Binary, HostName } from '@novasim/cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extraSpecs, flavorAnswer, flavorsDetail, flavorsIndex } from '../src/schemas/flavors.ts';
import { imagesAnswer, novaImageAnswer, novaImagesDetail, novaImagesIndex } from '../src/schemas/images.ts';
import { computeVersion, computeVersions, plainVersions } from '../src/schemas/versions.ts';
import { type ApiUnderTest, CIRROS, DEMO_NETWORK, startApiUnderTest } from './api-under-test.ts';
import { keysOf, sample } from './sample.ts';

let api: ApiUnderTest;
let admin: Record<string, string>;
beforeAll(async () => {
  api = await startApiUnderTest();
  admin = { 'x-auth-token': await api.login('admin') };
});
afterAll(() => api[Symbol.asyncDispose]());

const COMPUTE = '/compute/v2.1';
const get = async (path: string, headers: Record<string, string> = {}) => {
  const reply = await api.ask(path, { headers });
  expect(reply.status).toBe(200);
  return reply.body;
};
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);

describe('flavors', () => {
  test('have short and whole forms, and one each', async () => {
    flavorsIndex.parse(await get(`${COMPUTE}/flavors`));
    const { flavors } = flavorsDetail.parse(await get(`${COMPUTE}/flavors/detail`));
    expect(idsOf(flavors)).toEqual(['1', '2', '3', '4', '42', '5']);
    const { flavor } = flavorAnswer.parse(await get(`${COMPUTE}/flavors/1`));
    expect(flavor).toMatchObject({ name: 'm1.tiny', ram: 512, disk: 1, vcpus: 1, swap: '' });
    expect(extraSpecs.parse(await get(`${COMPUTE}/flavors/1/os-extra_specs`))).toEqual({ extra_specs: {} });
    expect((await api.ask(`${COMPUTE}/flavors/1/os-extra_specs/hw:cpu`)).body.itemNotFound.message).toBe(
      'Flavor 1 has no extra specs with key hw:cpu.',
    );
  });

  test.for<[string, readonly string[]]>([
    ['minRam=4096', ['3', '4', '5']],
    ['minDisk=100', ['5']],
    ['sort_key=memory_mb&sort_dir=desc&limit=2', ['5', '4']],
    ['marker=4', ['42', '5']],
    ['is_public=None', ['1', '2', '3', '4', '42', '5']],
  ])('are filtered by %s', async ([query, ids]) => {
    expect(idsOf((await get(`${COMPUTE}/flavors?${query}`)).flavors)).toEqual(ids);
  });

  test('have pages; an unknown marker is 400', async () => {
    const page = await get(`${COMPUTE}/flavors/detail?limit=4`);
    expect(page.flavors_links).toEqual([{ rel: 'next', href: `${api.url}${COMPUTE}/flavors/detail?limit=4&marker=4` }]);
    expect((await api.ask(`${COMPUTE}/flavors?marker=nope`)).body.badRequest.message).toBe('marker [nope] not found');
  });

  test('that are private are for administrators', async () => {
    const [tiny] = await api.store.flavors.list();
    if (tiny === undefined) throw new Error('no flavors');
    await api.store.flavors.create({ ...tiny, flavorid: 'secret', name: 'secret', is_public: false });
    expect((await api.ask(`${COMPUTE}/flavors/secret`)).status).toBe(404);
    expect((await get(`${COMPUTE}/flavors/secret`, admin)).flavor['os-flavor-access:is_public']).toBe(false);
    const body = { server: { name: 'x', flavorRef: 'secret', imageRef: CIRROS } };
    expect((await api.ask(`${COMPUTE}/servers`, { body })).status).toBe(400);
    expect(idsOf((await get(`${COMPUTE}/flavors?is_public=False`, admin)).flavors)).toEqual(['secret']);
    expect(idsOf((await get(`${COMPUTE}/flavors?is_public=False`)).flavors)).not.toContain('secret');
  });
});

describe('images', () => {
  test('have the essential keys of a real one, and links without the prefix', async () => {
    const list = imagesAnswer.parse(await get('/image/v2/images?limit=1'));
    const recorded = keysOf(sample('glance-image-list').images[0]) as Record<string, unknown>;
    // Properties are the image's own; where the bytes are kept is nowhere here.
    const { os_distro: _, stores: __, ...keys } = recorded;
    expect(new Set(Object.keys(list.images[0] ?? {}))).toEqual(new Set(Object.keys(keys)));
    expect(list).toMatchObject({ first: '/v2/images?limit=1', schema: '/v2/schemas/images' });
    expect(list.next).toBe(`/v2/images?limit=1&marker=${list.images[0]?.id}`);
  });

  test.for<[string, number]>([
    ['name=debian-13', 1],
    ['name=nope', 0],
    ['status=active&visibility=public', 3],
    ['visibility=private', 0],
    [`id=in:${CIRROS},nope`, 1],
    ['os_hidden=True&name=debian-13', 0],
  ])('are filtered by %s', async ([query, count]) => {
    expect((await get(`/image/v2/images?${query}`)).images).toHaveLength(count);
  });

  test('are sorted', async () => {
    const names = async (query: string) =>
      (await get(`/image/v2/images?${query}`)).images.map((one: { name: string }) => one.name);
    expect(await names('sort=name:asc')).toEqual(['cirros-0.6.2-x86_64-disk', 'debian-13', 'ubuntu-24.04']);
    expect(await names('sort_key=size&sort_dir=desc')).toEqual([
      'ubuntu-24.04',
      'debian-13',
      'cirros-0.6.2-x86_64-disk',
    ]);
    expect((await api.ask('/image/v2/images?sort=colour:asc')).status).toBe(400);
  });

  test('are shown by compute too, for older clients', async () => {
    novaImagesIndex.parse(await get(`${COMPUTE}/images`));
    novaImagesDetail.parse(await get(`${COMPUTE}/images/detail`));
    expect(novaImageAnswer.parse(await get(`${COMPUTE}/images/${CIRROS}`)).image.status).toBe('ACTIVE');
    expect((await api.ask(`${COMPUTE}/images/nope`)).body.itemNotFound.message).toBe('Image not found.');
  });
});

describe('networks', () => {
  test('and subnets have the keys of real ones', async () => {
    const { networks } = await get('/network/v2.0/networks', admin);
    expect(keysOf(networks[0])).toEqual(keysOf(networkWithoutSegment()));
    const { subnets } = await get('/network/v2.0/subnets');
    expect(keysOf(subnets[0])).toEqual(keysOf(sample('neutron-subnet-create').subnet));
    expect((await get(`/network/v2.0/networks/${DEMO_NETWORK}`)).network.subnets).toEqual([subnets[0].id]);
    expect((await get(`/network/v2.0/subnets/${subnets[0].id}`)).subnet.cidr).toBe('10.0.0.0/20');
  });

  test('are found by name, cut to fields, and paged', async () => {
    expect((await get('/network/v2.0/networks?name=demo&fields=id&fields=nope')).networks).toEqual([
      { id: DEMO_NETWORK },
    ]);
    expect((await get('/network/v2.0/networks?name=nope')).networks).toEqual([]);
    expect((await get('/network/v2.0/networks?shared=True')).networks).toHaveLength(1);
    expect((await get('/network/v2.0/networks?limit=1')).networks).toHaveLength(1);
    expect((await api.ask('/network/v2.0/networks?limit=1&marker=nope')).status).toBe(404);
  });

  test('that belong to other projects are not there', async () => {
    const { id } = await api.store.networks.create({
      name: 'theirs',
      project_id: 'ad000000000040008000000000000001' as never,
      shared: false,
      cidr: '192.168.0.0/24',
    });
    expect((await api.ask(`/network/v2.0/networks/${id}`)).status).toBe(404);
    expect((await api.ask(`/network/v2.0/networks/${id}`, { headers: admin })).status).toBe(200);
    const body = { server: { name: 'x', flavorRef: '1', imageRef: CIRROS, networks: [{ uuid: id }] } };
    expect((await api.ask(`${COMPUTE}/servers`, { body })).body.badRequest.message).toBe(
      `Network ${id} could not be found.`,
    );
    // An administrator of that project can use two, and must say which.
    const { server } = { server: { name: 'x', flavorRef: '1', imageRef: CIRROS } };
    expect(
      (await api.ask(`${COMPUTE}/servers`, { body: { server }, headers: admin })).body.conflictingRequest.message,
    ).toBe('Multiple possible networks found, use a Network ID to be more specific.');
  });

  test('have ports, which belong to servers', async () => {
    const { uuid, project_id } = await api.boot();
    const port = await api.store.networks.allocate({ instance_uuid: uuid, project_id, network_id: DEMO_NETWORK });
    const { ports } = await get(`/network/v2.0/ports?device_id=${uuid}`, admin);
    const { port: recorded } = sample('neutron-port-create');
    expect(Object.keys(ports[0])).toEqual(Object.keys(recorded));
    expect(ports[0]).toMatchObject({
      id: port.id,
      fixed_ips: [{ ip_address: port.ip_address }],
      'binding:host_id': '',
    });
    const own = await get(`/network/v2.0/ports/${port.id}`);
    expect('binding:host_id' in own.port).toBe(false);
    expect((await get(`/network/v2.0/ports?fixed_ips=ip_address=${port.ip_address}`)).ports).toHaveLength(1);
  });

  test('have no extensions', async () => {
    expect(await get('/network/v2.0/extensions')).toEqual({ extensions: [] });
  });

  function networkWithoutSegment() {
    const [network] = sample('neutron-networks').networks;
    return { ...network, 'provider:segmentation_id': null };
  }
});

describe("the operator's view", () => {
  beforeAll(async () => {
    const report = (binary: Binary, host: string, zone: string, seen_ms: number) =>
      api.store.hosts.report({ binary, host: host as HostName, topic: 't', availability_zone: zone, seen_ms });
    await report('nova-compute', 'host-1', 'nova', Date.now());
    await report('nova-compute', 'host-2', 'nova', Date.now() - 3_600_000);
    await report('nova-scheduler', 'controller', 'internal', Date.now());
    for (const host of ['host-1', 'host-2'] as HostName[]) {
      const total = { vcpus: 8, memory_mb: 16_384, local_gb: 200 };
      await api.store.hosts.upsertNode({ host, hypervisor_hostname: host, total, availability_zone: 'nova' });
    }
  });

  test('lists services, with what is down', async () => {
    const { services } = await get(`${COMPUTE}/os-services?binary=nova-compute`, admin);
    expect(keysOf(services)).toEqual(keysOf(sample('services-2.1').services));
    expect(services.map((one: { host: string; state: string }) => [one.host, one.state])).toEqual([
      ['host-1', 'up'],
      ['host-2', 'down'],
    ]);
    const later = await get(`${COMPUTE}/os-services`, { ...admin, 'openstack-api-version': 'compute 2.11' });
    expect(later.services[0].forced_down).toBe(false);
    const own = await get(`${COMPUTE}/os-services?binary=nova-api`, admin);
    expect(own.services).toEqual([expect.objectContaining({ host: 'api-1', zone: 'internal', state: 'up' })]);
  });

  test('lists hypervisors, one, and their sum', async () => {
    const { hypervisors } = await get(`${COMPUTE}/os-hypervisors/detail`, admin);
    expect(keysOf(hypervisors)).toEqual(keysOf(sample('hypervisors-detail-2.1').hypervisors));
    expect((await get(`${COMPUTE}/os-hypervisors/2`, admin)).hypervisor).toEqual(hypervisors[1]);
    expect((await api.ask(`${COMPUTE}/os-hypervisors/3`, { headers: admin })).status).toBe(404);
    const sum = await get(`${COMPUTE}/os-hypervisors/statistics`, admin);
    expect(keysOf(sum)).toEqual(keysOf(sample('hypervisor-statistics')));
    expect(sum.hypervisor_statistics).toMatchObject({ count: 2, vcpus: 16, free_ram_mb: 32_768 });
  });

  test('lists zones; one with a living host is available', async () => {
    const zones = await get(`${COMPUTE}/os-availability-zone`);
    expect(zones).toEqual({
      availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true }, hosts: null }],
    });
    const detail = await get(`${COMPUTE}/os-availability-zone/detail`, admin);
    const nova = detail.availabilityZoneInfo.find((zone: { zoneName: string }) => zone.zoneName === 'nova');
    expect(nova.hosts['host-2']['nova-compute']).toMatchObject({ available: false, active: true });
    expect((await api.ask(`${COMPUTE}/os-availability-zone/detail`)).status).toBe(403);
  });

  test('a server shows the state of its host to administrators from 2.16 on', async () => {
    const { uuid } = await api.boot();
    const statusOf = async (host: string | null) => {
      await api.change(uuid, { host: host as HostName | null });
      const headers = { ...admin, 'openstack-api-version': 'compute 2.16' };
      return (await get(`${COMPUTE}/servers/${uuid}`, headers)).server.host_status;
    };
    expect(await statusOf('host-1')).toBe('UP');
    expect(await statusOf('host-2')).toBe('DOWN');
    expect(await statusOf('host-9')).toBe('UNKNOWN');
    expect(await statusOf(null)).toBe('');
    await api.store.hosts.setDisabled('nova-compute', 'host-1' as HostName, true);
    expect(await statusOf('host-1')).toBe('MAINTENANCE');
  });
});

test('limits have the keys of a real Nova and count what is there', async () => {
  const before = await get(`${COMPUTE}/limits`);
  expect(keysOf(before)).toEqual(keysOf(sample('limits')));
  await api.boot();
  const after = await get(`${COMPUTE}/limits`);
  const used = (of: typeof before) => [of.limits.absolute.totalInstancesUsed, of.limits.absolute.totalRAMUsed];
  const [instances, ram] = used(before);
  expect(used(after)).toEqual([instances + 1, ram + 512]);
});

describe('version documents', () => {
  test("compute's tells the range, with and without a slash, without a token", async () => {
    for (const path of [COMPUTE, `${COMPUTE}/`, '/v2.1']) {
      const body = computeVersion.parse(await get(path));
      expect(keysOf(body)).toEqual(keysOf(sample('v2.1-version')));
      expect(body.version).toMatchObject({ version: '2.18', min_version: '2.1' });
    }
    const { versions } = computeVersions.parse(await get('/compute/'));
    expect(versions[0]?.links).toEqual([{ rel: 'self', href: `${api.url}/compute/v2.1/` }]);
  });

  test('image answers 300, network 200, and their links carry the prefix', async () => {
    const image = await api.ask('/image');
    expect(image.status).toBe(300);
    expect(keysOf(image.body)).toEqual(keysOf(sample('glance-versions')));
    expect(plainVersions.parse(image.body).versions[0]?.links[0]?.href).toBe(`${api.url}/image/v2/`);
    const network = await api.ask('/network/');
    expect([network.status, keysOf(network.body)]).toEqual([200, keysOf(sample('neutron-versions'))]);
    expect(network.body.versions[0].links[0].href).toBe(`${api.url}/network/v2.0/`);
  });
});
