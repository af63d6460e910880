import type { Binary, HostName, InstanceUuid } from '@novasim/cloud';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { seedOnce } from '../src/tasks/seed-once.ts';
import { type ApiUnderTest, CIRROS, PASSWORDS, passwordRequest, startApiUnderTest } from './api-under-test.ts';

const BOOT = { body: { server: { name: 'vm', flavorRef: '1', imageRef: CIRROS } } };

describe('health', () => {
  test('is 503 with what is missing until every kind of service has reported, then 200', async () => {
    await using api = await startApiUnderTest();
    const first = await api.ask('/healthz');
    expect(first.status).toBe(503);
    expect(first.body).toEqual({
      status: 'unavailable',
      checks: {
        store: 'ok',
        bus: 'ok',
        services: 'not reported within 60000 ms: nova-scheduler, nova-conductor, nova-compute, nova-network',
      },
    });
    for (const binary of ['nova-scheduler', 'nova-conductor', 'nova-network'] as const) await report(api, binary);
    await report(api, 'nova-compute', Date.now() - 61_000);
    expect((await api.ask('/healthz')).body.checks.services).toBe('not reported within 60000 ms: nova-compute');
    await report(api, 'nova-compute');
    expect((await api.ask('/healthz')).status).toBe(200);
  });

  async function report(api: ApiUnderTest, binary: Binary, seen_ms = Date.now()) {
    await api.store.hosts.report({ binary, host: 'h' as HostName, topic: 't', availability_zone: 'nova', seen_ms });
  }
});

test('without a bus a boot is 503, nothing is left of it, and what is there can still be read', async () => {
  await using api = await startApiUnderTest({ CAST_TIMEOUT_MS: '2000' });
  await api.bus[Symbol.asyncDispose](); // the broker is gone
  await expect.poll(async () => (await api.ask('/healthz')).body.checks.bus).not.toBe('ok');
  const reply = await api.ask('/compute/v2.1/servers', BOOT);
  expect(reply.status).toBe(503);
  expect(Object.keys(reply.body)).toEqual(['serviceUnavailable']);
  expect(await api.store.instances.list({})).toEqual([]);
  expect((await api.ask('/compute/v2.1/servers/detail')).status).toBe(200);
});

describe('a broker that does not take the message in time', () => {
  test('makes a boot 503; its rows are gone, and a message that arrives after all finds no build', async () => {
    await using api = await startApiUnderTest({ CAST_TIMEOUT_MS: '200' });
    const release = api.holdBus();
    const reply = await api.ask('/compute/v2.1/servers', BOOT);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
    expect(reply.body.serviceUnavailable.message).toContain('nothing was created');
    expect((await api.ask('/compute/v2.1/servers')).body.servers).toEqual([]);
    release();
    await api.booted(1);
    const [uuid] = api.boots[0]?.args.request_spec.instance_uuids ?? [];
    expect(await api.store.instances.get(uuid as InstanceUuid)).toBeUndefined();
    expect((await api.ask('/compute/v2.1/servers', BOOT)).status).toBe(202);
  });

  test('makes a delete 503; asked for again it is done', async () => {
    await using api = await startApiUnderTest({ CAST_TIMEOUT_MS: '200' });
    const { uuid } = await api.boot();
    await api.change(uuid, { vm_state: 'active', task_state: null, host: 'host-1' as HostName });
    const release = api.holdBus();
    const remove = () => api.ask(`/compute/v2.1/servers/${uuid}`, { method: 'DELETE' });
    expect((await remove()).status).toBe(503);
    release();
    expect((await remove()).status).toBe(204);
    await expect.poll(() => api.terminations.length).toBeGreaterThan(0);
  });
});

test('metrics name the route, not the path', async () => {
  await using api = await startApiUnderTest();
  await api.ask('/compute/v2.1/servers/00000000-0000-4000-8000-000000000000');
  await api.ask('/compute/v2.1/servers', BOOT);
  const { body } = await api.ask('/metrics');
  const counts = body
    .split('\n')
    .filter((line: string) => line.startsWith('novasim_') && !line.includes('_bucket'))
    .join('\n');
  expect(counts).toMatch(
    /novasim_http_seconds_count\{[^}]*method="GET",route="\/compute\/v2.1\/servers\/\{id\}",status="404"[^}]*\} 1/,
  );
  expect(counts).toMatch(/novasim_rpc_sent_total\{[^}]*method="run_instance"[^}]*\} 1/);
  expect(body).toContain('process_resident_memory_bytes');
});

test('the OpenAPI document and its page list what is answered', async () => {
  await using api = await startApiUnderTest();
  const { body: document } = await api.ask('/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  const create = document.paths['/compute/v2.1/servers'].post;
  expect(create.requestBody.content['application/json'].schema.properties.server.required).toEqual([
    'name',
    'flavorRef',
  ]);
  expect(Object.keys(create.responses)).toEqual(['202', 'default']);
  expect(document.paths['/compute/v2.1/servers/{id}'].get.parameters).toEqual([
    expect.objectContaining({ in: 'path', name: 'id', required: true }),
  ]);
  expect(document.components.schemas['Server'].properties).toHaveProperty('OS-EXT-STS:vm_state');
  const page = await api.ask('/docs');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.body).toContain('<code>/compute/v2.1/servers/{id}</code>');
  expect(page.body).not.toMatch(/https?:\/\//);
});

describe('configuration', () => {
  test('refuses to let anybody in from beyond this machine', () => {
    expect(() => readConfig({ API_HOST: '0.0.0.0' })).toThrow('set AUTH_MODE=required, or ALLOW_OPEN_API=1');
    expect(readConfig({ API_HOST: '0.0.0.0', AUTH_MODE: 'required' }).apiHost).toBe('0.0.0.0');
    const inTheLab = { API_HOST: '0.0.0.0', ALLOW_OPEN_API: '1', NOVASIM_LAB: '1' };
    expect(() => readConfig(inTheLab)).toThrow('API_HOST="0.0.0.0": wants an address of loopback while NOVASIM_LAB=1');
    expect(readConfig({ ...inTheLab, ALLOW_LAB: '1' }).isLab).toBe(true);
    expect(readConfig({ API_HOST: '0.0.0.0', ALLOW_OPEN_API: '1' }).authMode).toBe('optional');
    expect(readConfig({ API_HOST: '127.0.0.5' }).apiHost).toBe('127.0.0.5');
  });

  test('never shows a password', () => {
    expect(() => readConfig({ ADMIN_PASSWORD: 'hunter2', API_PORT: 'x' })).toThrow(
      /^API_PORT="x": wants a whole number/,
    );
  });
});

test('a taken port is an error that names the variable to change, and leaves nothing open', async () => {
  await using api = await startApiUnderTest();
  const { port } = new URL(api.url);
  await expect(startApiUnderTest({ API_PORT: port })).rejects.toThrow(
    `127.0.0.1:${port} is taken: set API_PORT to another port`,
  );
});

test('a second start without passwords leaves those that are there', async () => {
  await using api = await startApiUnderTest();
  const login = async (password: string) =>
    (await api.ask('/identity/v3/auth/tokens', { body: passwordRequest('demo', password) })).status;
  await seedOnce(api.store, { adminPassword: undefined, demoPassword: undefined });
  expect(await login(PASSWORDS.demo)).toBe(201);
  await seedOnce(api.store, { adminPassword: undefined, demoPassword: 'changed' });
  expect(await login('changed')).toBe(201);
  expect(await login(PASSWORDS.demo)).toBe(401);
});
