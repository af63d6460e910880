import type { Instance } from '@novasim/cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverAnswer, serverIps, serversDetail, serversIndex } from '../src/schemas/servers.ts';
import { type ApiUnderTest, DEMO_NETWORK, startApiUnderTest } from './api-under-test.ts';
import { keysOf, sample } from './sample.ts';

let api: ApiUnderTest;
let admin: Record<string, string>;
beforeAll(async () => {
  api = await startApiUnderTest();
  admin = { 'x-auth-token': await api.login('admin') };
});
afterAll(() => api[Symbol.asyncDispose]());

const PATH = '/compute/v2.1/servers';
const host = 'host-1' as NonNullable<Instance['host']>;

/** A server of the project `demo` that runs, with an address. */
async function running(name = 'vm', more: object = {}): Promise<Instance> {
  const { uuid, project_id } = await api.boot({ name, metadata: { k: 'v' }, ...more });
  await api.store.networks.allocate({ instance_uuid: uuid, project_id, network_id: DEMO_NETWORK });
  return api.change(uuid, {
    vm_state: 'active',
    task_state: null,
    power_state: 1,
    host,
    node: host,
    availability_zone: 'nova',
    launched_at: '2026-11-20T08:02:11.000Z',
  });
}

/** As an administrator sees a server of another project. */
const show = (uuid: string, version = '2.1') =>
  api.ask(`${PATH}/${uuid}`, { headers: { ...admin, 'openstack-api-version': `compute ${version}` } });

describe('a server is shown with the very keys of a real one', () => {
  test.for([
    ['2.1', 'server-show-2.1'],
    ['2.3', 'server-show-2.3'],
    ['2.9', 'server-show-2.9'],
    ['2.16', 'server-show-2.16'],
  ] as const)('at %s', async ([version, recorded]) => {
    const { uuid } = await running(`at-${version}`);
    const reply = await show(uuid, version);
    expect(reply.status).toBe(200);
    const wanted = keysOf(sample(recorded)) as { server: Record<string, unknown> };
    const got = keysOf(reply.body) as { server: Record<string, unknown> };
    // The network's name is a key here.
    wanted.server['addresses'] = { demo: Object.values(wanted.server['addresses'] as object)[0] };
    // A null and a text are told apart by keysOf; user_data is given in the recording.
    if (version !== '2.1') got.server['OS-EXT-SRV-ATTR:user_data'] = wanted.server['OS-EXT-SRV-ATTR:user_data'];
    expect(got).toEqual(wanted);
    serverAnswer.parse(reply.body);
  });

  test('while it is built, with neither fault nor security groups', async () => {
    const { uuid } = await api.boot({ metadata: { k: 'v' } });
    await api.change(uuid, { task_state: null, availability_zone: 'nova' });
    const reply = await show(uuid);
    expect(keysOf(reply.body)).toEqual(keysOf(sample('server-building')));
    expect(reply.body.server).toMatchObject({ status: 'BUILD', progress: 0, hostId: '', addresses: {} });
  });

  test('when it has failed, with its fault; the details are for administrators', async () => {
    const { uuid } = await api.boot();
    const fault = { code: 500, message: 'No valid host was found. ', details: 'why' };
    await api.store.instances.save(uuid, { vm_state: 'error', task_state: null }, { fault });
    const reply = await show(uuid);
    expect(keysOf(reply.body)).toEqual(keysOf(sample('server-show-error-fault')));
    expect(reply.body.server.fault).toEqual({ ...fault, created: expect.stringMatching(/Z$/) });
    const own = await api.ask(`${PATH}/${uuid}`);
    expect(own.body.server.fault).toEqual({ code: 500, message: fault.message, created: expect.any(String) });
    expect('progress' in own.body.server).toBe(false);
  });
});

test('others than administrators do not see where a server runs', async () => {
  const { uuid } = await running('mine');
  const { body } = await api.ask(`${PATH}/${uuid}`);
  serverAnswer.parse(body);
  expect(Object.keys(body.server).filter((key) => key.startsWith('OS-EXT-SRV-ATTR'))).toEqual([]);
  expect(body.server.hostId).toMatch(/^[0-9a-f]{56}$/);
});

test('the server of another project is not there', async () => {
  const token = { 'x-auth-token': await api.login('admin') };
  const reply = await api.ask(PATH, {
    headers: token,
    body: { server: { name: 'theirs', flavorRef: '1', imageRef: 'c1000000-0000-4000-8000-000000000001' } },
  });
  const { id } = reply.body.server;
  expect((await api.ask(`${PATH}/${id}`)).status).toBe(404);
  expect((await api.ask(`${PATH}/${id}`, { method: 'DELETE' })).status).toBe(404);
  expect((await api.ask(`${PATH}/${id}`, { headers: token })).status).toBe(200);
});

test('its addresses, also of one network', async () => {
  const { uuid } = await running('addressed');
  const { body } = await api.ask(`${PATH}/${uuid}/ips`);
  serverIps.parse(body);
  expect(Object.keys(body.addresses)).toEqual(['demo']);
  expect((await api.ask(`${PATH}/${uuid}/ips/demo`)).body).toEqual({ demo: body.addresses.demo });
  expect((await api.ask(`${PATH}/${uuid}/ips/other`)).status).toBe(404);
});

test('links lead back to the address that the client used, with the project where the path had it', async () => {
  const { uuid, project_id } = await running('linked');
  const forwarded = { 'x-forwarded-host': 'cloud.example', 'x-forwarded-proto': 'https' };
  const { body } = await api.ask(`${PATH}/${uuid}`, { headers: forwarded });
  expect(body.server.links).toEqual([
    { rel: 'self', href: `https://cloud.example/compute/v2.1/servers/${uuid}` },
    { rel: 'bookmark', href: `https://cloud.example/compute/servers/${uuid}` },
  ]);
  const older = await api.ask(`/compute/v2.1/${project_id}/servers/${uuid}`);
  expect(older.body.server.links[0].href).toBe(`${api.url}/compute/v2.1/${project_id}/servers/${uuid}`);
  expect(older.body.server.links[1].href).toBe(`${api.url}/compute/${project_id}/servers/${uuid}`);
});

describe('a list', () => {
  let names: readonly string[];
  beforeAll(async () => {
    names = ['list-a', 'list-b', 'list-c', 'list-d', 'list-e'];
    for (const name of names) await running(name);
    const failed = await api.boot({ name: 'list-failed' });
    await api.change(failed.uuid, { vm_state: 'error', task_state: null });
  });
  const list = async (query: string, headers: Record<string, string> = {}) => {
    const reply = await api.ask(`${PATH}${query}`, { headers });
    expect(reply.status).toBe(200);
    return reply.body as {
      servers: { id: string; name: string; status: string }[];
      servers_links?: { href: string }[];
    };
  };
  const namesOf = async (query: string, headers = {}) => (await list(query, headers)).servers.map(({ name }) => name);

  test('has short and whole forms', async () => {
    serversIndex.parse(await list('?name=list-a'));
    serversDetail.parse(await list('/detail?name=list-a'));
  });

  test.for<[string, string, readonly string[]]>([
    ['a name is an expression that matches anywhere', 'name=list-[ab]', ['list-b', 'list-a']],
    ['a status', 'name=list&status=ERROR', ['list-failed']],
    [
      'several statuses',
      'name=list-[a-f]&status=error&status=active&sort_key=display_name&sort_dir=asc',
      ['list-a', 'list-b', 'list-c', 'list-d', 'list-e', 'list-failed'],
    ],
    ['a status that there is not', 'status=SLEEPING', []],
    ['an unknown filter is ignored', 'name=list-a&colour=red', ['list-a']],
    ['a flavor', 'name=list-a&flavor=2', []],
    ['no more than nothing', 'limit=0', []],
    [
      'a sort key',
      'name=list-[a-e]&sort_key=display_name&sort_dir=asc',
      ['list-a', 'list-b', 'list-c', 'list-d', 'list-e'],
    ],
    ['a host is not heard from others than administrators', 'name=list-a&host=host-2', ['list-a']],
  ])('is filtered: %s', async ([, query, wanted]) => {
    expect(await namesOf(`/detail?${query}`)).toEqual(wanted);
  });

  test('is of one project, for administrators of all', async () => {
    expect(await namesOf('?name=list-a', admin)).toEqual([]);
    expect(await namesOf('?name=list-a&all_tenants=True', admin)).toEqual(['list-a']);
    expect(await namesOf('?name=list-a&all_tenants=True&host=host-2', admin)).toEqual([]);
  });

  test('has pages whose links keep the query and come to an end', async () => {
    const seen: string[] = [];
    let next: string | undefined = '?name=list-[a-e]&limit=2&sort_key=display_name&sort_dir=asc';
    let pages = 0;
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      serversIndex.parse(page);
      seen.push(...page.servers.map(({ name }) => name));
      next = page.servers_links?.[0]?.href.replace(`${api.url}${PATH}`, '');
      pages += 1;
    }
    expect(seen).toEqual(names);
    expect(pages).toBe(3);
  });

  test('since a time holds what was deleted after it', async () => {
    const gone = await api.boot({ name: 'list-gone' });
    await api.store.instances.destroy(gone.uuid);
    const since = new Date(Date.now() - 60_000).toISOString();
    const { servers } = await list(`/detail?name=list-gone&changes-since=${since}`);
    expect(servers).toEqual([expect.objectContaining({ name: 'list-gone', status: 'DELETED' })]);
    expect(await namesOf('?name=list-gone')).toEqual([]);
  });
});

describe('a delete', () => {
  const remove = (uuid: string) => api.ask(`${PATH}/${uuid}`, { method: 'DELETE' });

  test('of a server on a host is 204 without a body, marks it, and casts to that host', async () => {
    const { uuid } = await running('to-delete');
    const reply = await remove(uuid);
    expect([reply.status, reply.body]).toEqual([204, '']);
    expect((await api.ask(`${PATH}/${uuid}`)).body.server['OS-EXT-STS:task_state']).toBe('deleting');
    await expect.poll(() => api.terminations.filter((one) => one.uuid === uuid)).toEqual([{ host, uuid }]);
  });

  test('asked for again casts again', async () => {
    const { uuid } = await running('to-delete-twice');
    expect((await remove(uuid)).status).toBe(204);
    expect((await remove(uuid)).status).toBe(204);
    await expect.poll(() => api.terminations.filter((one) => one.uuid === uuid)).toHaveLength(2);
  });

  test('of one that never had a host ends here, and gives its claim back', async () => {
    const { uuid, flavor } = await api.boot({ name: 'unplaced' });
    const total = { vcpus: 8, memory_mb: 8_192, local_gb: 100 };
    await api.store.hosts.upsertNode({ host, hypervisor_hostname: host, total, availability_zone: 'nova' });
    const resources = { vcpus: flavor.vcpus, memory_mb: flavor.memory_mb, local_gb: flavor.root_gb };
    expect(await api.store.hosts.claim(uuid, host, resources)).toBe('claimed');

    expect((await remove(uuid)).status).toBe(204);
    expect((await api.ask(`${PATH}/${uuid}`)).status).toBe(404);
    expect((await remove(uuid)).status).toBe(404);
    expect(await api.store.hosts.claims()).toEqual([]);
    expect(api.terminations.filter((one) => one.uuid === uuid)).toEqual([]);
    // A build that is still under way finds nothing to save.
    const late = await api.store.instances.save(uuid, { host }, { expected: { task_state: ['scheduling'] } });
    expect(late.outcome).toBe('missing');
  });
});
