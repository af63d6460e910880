import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { HostName, InstanceUuid } from '@novasim/cloud';
import { until } from '@novasim/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, CIRROS, DEMO_NETWORK, PASSWORDS, startApiUnderTest } from './api-under-test.ts';

const run = promisify(execFile);
const CLI = '/usr/bin/openstack';

/** The words of a command, what the host is asked, and how the server is afterwards. */
const ACTS = [
  [['stop'], 'stop_instance', 'stopped'],
  [['start'], 'start_instance', 'active'],
  [['reboot', '--soft'], 'reboot_instance', 'active'],
  [['pause'], 'pause_instance', 'paused'],
  [['unpause'], 'unpause_instance', 'active'],
  [['suspend'], 'suspend_instance', 'suspended'],
  [['resume'], 'resume_instance', 'active'],
] as const;

/** The stock command-line client against this api, the services behind it played by the test. */
describe.skipIf(!existsSync(CLI))('the openstack command', { timeout: 120_000 }, () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApiUnderTest({ AUTH_MODE: 'required' });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  async function openstack(...args: readonly string[]) {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      OS_AUTH_URL: `${api.url}/identity`,
      OS_USERNAME: 'admin',
      OS_PASSWORD: PASSWORDS.admin,
      OS_PROJECT_NAME: 'admin',
      OS_USER_DOMAIN_NAME: 'Default',
      OS_PROJECT_DOMAIN_NAME: 'Default',
    };
    const { stdout } = await run(CLI, [...args], { env, timeout: 100_000 });
    return stdout;
  }
  const json = async (...args: readonly string[]) => JSON.parse(await openstack(...args, '-f', 'json'));

  test('logs in and finds its way', async () => {
    expect(await json('token', 'issue')).toMatchObject({ project_id: 'ad000000000040008000000000000001' });
    const types = (await json('catalog', 'list')).map((service: { Type: string }) => service.Type);
    expect(new Set(types)).toEqual(new Set(['identity', 'compute', 'image', 'network']));
  });

  test('lists what one boots from', async () => {
    expect((await json('flavor', 'list')).map((one: { Name: string }) => one.Name)).toContain('m1.tiny');
    expect((await json('image', 'list')).map((one: { ID: string }) => one.ID)).toContain(CIRROS);
    expect((await json('network', 'list')).map((one: { Name: string }) => one.Name)).toEqual(['demo']);
  });

  test('boots a server, waits for it, shows it and deletes it', async () => {
    const created = json(
      ...['server', 'create', '--flavor', 'm1.tiny', '--image', 'cirros-0.6.2-x86_64-disk'],
      ...['--network', 'demo', '--wait', 'from-cli'],
    );
    const [uuid] = await until(() => api.boots.at(-1)?.args.request_spec.instance_uuids, { withinMs: 60_000 });
    await becomeActive(uuid as InstanceUuid);
    expect(await created).toMatchObject({ name: 'from-cli', status: 'ACTIVE', id: uuid });

    const [listed] = await json('server', 'list');
    expect(listed).toMatchObject({
      Name: 'from-cli',
      Status: 'ACTIVE',
      Flavor: 'm1.tiny',
      Image: 'cirros-0.6.2-x86_64-disk',
    });
    expect(Object.keys(listed.Networks)).toEqual(['demo']);
    expect((await json('server', 'show', 'from-cli'))['OS-EXT-SRV-ATTR:host']).toBe('host-1');

    const deleted = openstack('server', 'delete', '--wait', 'from-cli');
    await until(() => api.terminations.some((one) => one.uuid === uuid), { withinMs: 60_000 });
    await api.store.networks.deallocate(uuid as InstanceUuid);
    await api.store.instances.destroy(uuid as InstanceUuid);
    await deleted;
    expect(await json('server', 'list')).toEqual([]);
  });

  test('stops, starts, reboots, pauses, suspends and locks a server, and undoes it', async () => {
    const { uuid } = await running('acted-on');
    for (const [words, method, ends] of ACTS) {
      const done = openstack('server', ...words, uuid);
      const act = await until(() => api.acts.find((one) => one.instance.uuid === uuid && one.method === method), {
        withinMs: 60_000,
        what: words.join(' '),
      });
      expect(act.host).toBe('host-1');
      await api.change(uuid, { task_state: null, vm_state: ends });
      await done;
    }
    expect(api.acts.filter((one) => one.instance.uuid === uuid).map(({ reboot_type }) => reboot_type)).toEqual(
      ACTS.map(([[, kind]]) => kind?.slice(2).toUpperCase()),
    );
    for (const [word, locked_by] of [
      ['lock', 'owner'],
      ['unlock', null],
    ] as const) {
      await openstack('server', word, uuid);
      expect(await api.store.instances.get(uuid)).toMatchObject({ locked_by });
    }
    await expect(openstack('server', 'start', uuid)).rejects.toThrow(
      `Cannot 'start' instance ${uuid} while it is in vm_state active`,
    );
  });

  test('tells in our words why it cannot', async () => {
    await expect(openstack('server', 'show', 'nope')).rejects.toThrow("No server with a name or ID of 'nope' exists");
    const wrong = ['server', 'create', '--flavor', 'm1.nano', '--image', 'ubuntu-24.04', '--network', 'demo', 'x'];
    await expect(openstack(...wrong)).rejects.toThrow("Flavor's memory is too small for requested image.");
  });

  /** A server that has run, of the administrator's own project. */
  async function running(name: string) {
    const image = 'cirros-0.6.2-x86_64-disk';
    await openstack('server', 'create', '--flavor', 'm1.tiny', '--image', image, '--network', 'demo', name);
    const [uuid] = api.boots.at(-1)?.args.request_spec.instance_uuids ?? [];
    await becomeActive(uuid as InstanceUuid);
    return api.change(uuid as InstanceUuid, { launched_at: '2026-11-20T08:02:11.000Z' });
  }

  async function becomeActive(uuid: InstanceUuid): Promise<void> {
    const { project_id } = await api.change(uuid, { task_state: 'networking' });
    await api.store.networks.allocate({ instance_uuid: uuid, project_id, network_id: DEMO_NETWORK });
    const host = 'host-1' as HostName;
    await api.change(uuid, { vm_state: 'active', task_state: null, power_state: 1, host, node: host });
  }
});
