import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, CIRROS, DEMO_NETWORK, startApiUnderTest } from './api-under-test.ts';
import { keysOf, sample } from './sample.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api[Symbol.asyncDispose]());

const server = { name: 'vm', flavorRef: '1', imageRef: CIRROS };

test('a boot is 202 with Location, a row that begins, and one cast that carries the id of the request', async () => {
  const before = api.boots.length;
  const reply = await api.ask('/compute/v2.1/servers', {
    body: { server: { ...server, metadata: { k: 'v' }, user_data: 'IyEvYmluL3NoCg==' } },
    headers: { 'x-openstack-request-id': 'req-00000000-0000-4000-8000-000000000000' },
  });
  expect(reply.status).toBe(202);
  expect(keysOf(reply.body)).toEqual(keysOf(sample('server-create')));
  const { id, adminPass } = reply.body.server;
  expect(reply.headers.get('location')).toBe(`${api.url}/compute/v2.1/servers/${id}`);
  expect(adminPass).toMatch(/^\w{12}$/);

  expect(await api.store.instances.get(id)).toMatchObject({
    vm_state: 'building',
    task_state: 'scheduling',
    host: null,
    display_name: 'vm',
    metadata: { k: 'v' },
    user_data: 'IyEvYmluL3NoCg==',
    disk_config: 'MANUAL',
  });
  await api.booted(before + 1);
  const { ctx, args } = api.boots.at(-1) ?? {};
  expect(ctx).toMatchObject({
    request_id: reply.headers.get('x-openstack-request-id'),
    global_request_id: 'req-00000000-0000-4000-8000-000000000000',
    project_name: 'demo',
    is_admin: false,
    auth_token: null,
  });
  expect(args).toMatchObject({
    request_spec: { instance_uuids: [id], num_instances: 1, image: { id: CIRROS }, instance_type: { name: 'm1.tiny' } },
    requested_networks: [{ network_id: DEMO_NETWORK }],
    admin_password: adminPass,
    injected_files: [],
    is_first_time: true,
    filter_properties: {},
  });
  expect(api.boots).toHaveLength(before + 1);
});

test('several servers are numbered, share a reservation, and travel in one cast', async () => {
  const before = api.boots.length;
  const reply = await api.ask('/compute/v2.1/servers', {
    body: { server: { ...server, name: 'many', min_count: 2, max_count: '3', return_reservation_id: true } },
  });
  expect(reply.body).toEqual({ reservation_id: expect.stringMatching(/^r-[a-z0-9]{8}$/) });
  const rows = await api.store.instances.list({ reservation_id: reply.body.reservation_id });
  expect(new Set(rows.map((row) => row.display_name))).toEqual(new Set(['many-1', 'many-2', 'many-3']));
  expect(rows.map((row) => row.launch_index).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  await api.booted(before + 1);
  expect(new Set(api.boots.at(-1)?.args.request_spec.instance_uuids)).toEqual(new Set(rows.map(({ uuid }) => uuid)));
});

test('what newer clients send beside is understood: the image as a disk, hints, a chosen password', async () => {
  const before = api.boots.length;
  const disk = {
    uuid: CIRROS,
    source_type: 'image',
    destination_type: 'local',
    boot_index: 0,
    delete_on_termination: true,
  };
  const reply = await api.ask('/v2.1/servers', {
    body: {
      server: {
        ...server,
        block_device_mapping_v2: [disk],
        adminPass: 'mine',
        networks: [{ uuid: DEMO_NETWORK, fixed_ip: '10.0.1.7' }],
      },
      'os:scheduler_hints': { group: 'g' },
    },
  });
  expect(reply.status).toBe(202);
  expect(reply.body.server.adminPass).toBe('mine');
  expect(reply.headers.get('location')).toBe(`${api.url}/v2.1/servers/${reply.body.server.id}`);
  await api.booted(before + 1);
  expect(api.boots.at(-1)?.args).toMatchObject({
    requested_networks: [{ network_id: DEMO_NETWORK, fixed_ip: '10.0.1.7' }],
    filter_properties: { scheduler_hints: { group: 'g' } },
  });
});

describe('a zone', () => {
  beforeAll(async () => {
    await api.store.hosts.report({
      binary: 'nova-compute',
      host: 'host-1' as never,
      topic: 'compute',
      availability_zone: 'nova',
      seen_ms: Date.now(),
    });
  });

  test('is handed on when it has a living host', async () => {
    const before = api.boots.length;
    await api.boot({ availability_zone: 'nova' });
    await api.booted(before + 1);
    expect(api.boots.at(-1)?.args.request_spec.instance_properties.availability_zone).toBe('nova');
  });

  test('with a host is for administrators', async () => {
    const before = api.boots.length;
    const body = { server: { ...server, availability_zone: 'nova:host-1' } };
    expect((await api.ask('/compute/v2.1/servers', { body })).body).toEqual({
      forbidden: {
        code: 403,
        message: "Policy doesn't allow os_compute_api:servers:create:forced_host to be performed.",
      },
    });
    const headers = { 'x-auth-token': await api.login('admin') };
    expect((await api.ask('/compute/v2.1/servers', { body, headers })).status).toBe(202);
    await api.booted(before + 1);
    expect(api.boots.at(-1)?.args.filter_properties.force_hosts).toEqual(['host-1']);
  });
});

test('passwords and user data are in no line of the log', async () => {
  await api.boot({ adminPass: 'secret-admin-pass', user_data: Buffer.from('secret-user-data').toString('base64') });
  await api.login('admin');
  const text = api.log.join('');
  expect(text).toContain('"path":"/compute/v2.1/servers"');
  for (const secret of ['secret-admin-pass', Buffer.from('secret-user-data').toString('base64'), 'admin-password']) {
    expect(text).not.toContain(secret);
  }
});

test('a request is one line with its id, method, path, status and duration', async () => {
  const { headers } = await api.ask('/compute/v2.1/flavors?is_public=None');
  const id = headers.get('x-openstack-request-id');
  const lines = api.log.map((line) => JSON.parse(line)).filter((line) => line.request_id === id);
  expect(lines).toEqual([
    expect.objectContaining({
      msg: 'request',
      level: 'info',
      method: 'GET',
      path: '/compute/v2.1/flavors',
      status: 200,
      ms: expect.any(Number),
    }),
  ]);
});
