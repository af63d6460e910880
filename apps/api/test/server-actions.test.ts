import { type HostName, type Instance, POWER_CHANGES, type PowerAction } from '@novasim/cloud';
import { until } from '@novasim/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';
import { sample } from './sample.ts';

let api: ApiUnderTest;
let admin: Record<string, string>;
beforeAll(async () => {
  api = await startApiUnderTest({ CAST_TIMEOUT_MS: '300' });
  admin = { 'x-auth-token': await api.login('admin') };
});
afterAll(() => api[Symbol.asyncDispose]());

const SERVERS = '/compute/v2.1/servers';
const HOST = 'host-1' as HostName;

/** A server of the project `demo` on `host-1`, that has run. */
async function server(updates: Partial<Pick<Instance, 'vm_state' | 'task_state' | 'host'>> = {}): Promise<Instance> {
  const { uuid } = await api.boot();
  const launched_at = '2026-11-20T08:02:11.000Z';
  return api.change(uuid, {
    vm_state: 'active',
    task_state: null,
    power_state: 1,
    host: HOST,
    launched_at,
    ...updates,
  });
}

const act = (uuid: string, body: unknown, headers: Record<string, string> = {}) =>
  api.ask(`${SERVERS}/${uuid}/action`, { body, headers });
const heardOf = (uuid: string) => api.acts.filter(({ instance }) => instance.uuid === uuid);
const rowOf = async (uuid: Instance['uuid']) => await api.store.instances.get(uuid);

describe('an action gives the server its task and is cast to its host', () => {
  test.for([
    ['os-stop', 'stop', 'active'],
    ['os-start', 'start', 'stopped'],
    ['pause', 'pause', 'active'],
    ['unpause', 'unpause', 'paused'],
    ['suspend', 'suspend', 'active'],
    ['resume', 'resume', 'suspended'],
  ] as const satisfies readonly (readonly [string, PowerAction, string])[])('%s', async ([key, action, vm_state]) => {
    const { uuid } = await server({ vm_state });
    const reply = await act(uuid, { [key]: null });
    expect([reply.status, reply.body]).toEqual([202, '']);
    const { task_state } = POWER_CHANGES[action];
    expect(await rowOf(uuid)).toMatchObject({ vm_state, task_state });
    const [heard] = await until(() => heardOf(uuid).length > 0 && heardOf(uuid));
    expect(heard).toMatchObject({ host: HOST, method: `${action}_instance`, instance: { uuid, vm_state, task_state } });
  });

  test.for([
    [{ type: 'SOFT' }, 'rebooting', 'SOFT'],
    [{ type: 'hard' }, 'rebooting_hard', 'HARD'],
  ] as const)('reboot %o', async ([reboot, task_state, reboot_type]) => {
    const { uuid } = await server();
    expect((await act(uuid, { reboot })).status).toBe(202);
    const [heard] = await until(() => heardOf(uuid).length > 0 && heardOf(uuid));
    expect(heard).toMatchObject({ method: 'reboot_instance', reboot_type, instance: { uuid, task_state } });
  });
});

describe('what is no action is 400 in the words of a real one', () => {
  test.for([
    ['an unknown one', { nope: null }, sample('action-400').badRequest.message],
    ['two at once', { 'os-stop': null, pause: null }, 'Malformed request body'],
    ['none', {}, 'Malformed request body'],
    [
      'a reboot of no known kind',
      { reboot: { type: 'WARM' } },
      /^Invalid input for field\/attribute type. Value: WARM./,
    ],
    ['a reboot without its kind', { reboot: {} }, "'type' is a required property"],
  ] as const)('%s', async ([, body, message]) => {
    const { uuid } = await server();
    const reply = await act(uuid, body);
    expect(reply.status).toBe(400);
    expect(reply.body.badRequest.message).toMatch(message);
    expect(heardOf(uuid)).toEqual([]);
  });
});

describe('what cannot be done now is 409 in the words of a real one', () => {
  test.for([
    ['starting what runs', {}, { 'os-start': null }, sample('action-409').conflictingRequest.message],
    [
      'stopping what is off',
      { vm_state: 'stopped' },
      { 'os-stop': null },
      "Cannot 'stop' instance % while it is in vm_state stopped",
    ],
    [
      'anything during a task',
      { task_state: 'powering-off' },
      { pause: null },
      "Cannot 'pause' instance % while it is in task_state powering-off",
    ],
    [
      'a soft reboot of what sleeps',
      { vm_state: 'suspended' },
      { reboot: { type: 'SOFT' } },
      "Cannot 'reboot' instance %",
    ],
  ] as const)('%s', async ([, updates, body, words]) => {
    const { uuid } = await server(updates);
    const reply = await act(uuid, body);
    expect(reply.status).toBe(409);
    const uuids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
    expect(reply.body.conflictingRequest.message).toContain(words.replace(uuids, '%').replace('%', uuid));
    expect(await rowOf(uuid)).toMatchObject({ task_state: null, ...updates });
  });

  test('of two that ask at once one begins', async () => {
    const { uuid } = await server();
    const replies = await Promise.all([act(uuid, { 'os-stop': null }), act(uuid, { 'os-stop': null })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  test.for([
    [{ 'os-stop': null }, 'Instance % is not ready'],
    [{ pause: null }, "Cannot 'pause' instance % while it is in vm_state building"],
  ] as const)('what is being built, %o', async ([body, words]) => {
    const { uuid } = await api.boot();
    const reply = await act(uuid, body);
    expect([reply.status, reply.body.conflictingRequest.message]).toEqual([409, words.replace('%', uuid)]);
  });

  test('a server of others is not there', async () => {
    expect((await act('2a272571-595e-46d3-8535-c3d1ba9b0303', { 'os-stop': null })).status).toBe(404);
  });
});

describe('a lock', () => {
  const locked = async (uuid: string) => {
    const headers = { ...admin, 'openstack-api-version': 'compute 2.9' };
    return (await api.ask(`${SERVERS}/${uuid}`, { headers })).body.server.locked;
  };

  test('keeps its owner from every action and from deleting, until it is taken off', async () => {
    const { uuid } = await server();
    expect((await act(uuid, { lock: null })).status).toBe(202);
    expect(await locked(uuid)).toBe(true);
    const message = `Instance ${uuid} is locked`;
    expect((await act(uuid, { 'os-stop': null })).body).toEqual({ conflictingRequest: { code: 409, message } });
    const deleted = await api.ask(`${SERVERS}/${uuid}`, { method: 'DELETE' });
    expect([deleted.status, deleted.body]).toEqual([409, { conflictingRequest: { code: 409, message } }]);

    expect((await act(uuid, { unlock: null })).status).toBe(202);
    expect(await locked(uuid)).toBe(false);
    expect((await act(uuid, { 'os-stop': null })).status).toBe(202);
  });

  test('does not keep an administrator from anything', async () => {
    const { uuid } = await server();
    await act(uuid, { lock: null });
    expect((await act(uuid, { 'os-stop': null }, admin)).status).toBe(202);
  });

  test('of an administrator is not for its owner to take off', async () => {
    const { uuid } = await server();
    await act(uuid, { lock: null }, admin);
    await act(uuid, { lock: null }); // changes nothing
    const reply = await act(uuid, { unlock: null });
    expect(reply.status).toBe(403);
    expect(reply.body.forbidden.message).toBe(
      "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be performed.",
    );
    expect((await act(uuid, { unlock: null }, admin)).status).toBe(202);
    expect(await locked(uuid)).toBe(false);
  });
});

test('a message that the broker does not take is 503, and the task is taken back', async () => {
  const { uuid } = await server();
  const release = api.holdBus();
  const reply = await act(uuid, { 'os-stop': null });
  release();
  expect(reply.status).toBe(503);
  expect(await rowOf(uuid)).toMatchObject({ vm_state: 'active', task_state: null });
});
