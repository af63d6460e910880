import { instanceUuid } from '@novasim/cloud';
import { DuplicateEntry, InvalidValue } from '@novasim/store';
import { databasesUnderTest } from '@novasim/testkit';
import { newInstance, TINY, TINY_FLAVOR } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { freshCloud, TestClock } from './fresh-cloud.ts';

const UNKNOWN = instanceUuid('00000000-0000-4000-8000-000000000000');
const FAULT = { code: 500, message: 'No valid host was found.', details: 'traceback' };

describe.each(await databasesUnderTest())('instances on $name', (database) => {
  test('a new instance is a build that waits for the scheduler, with all that was asked for', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const asked = newInstance({
      display_name: 'wéb-1 🐳',
      metadata: { role: 'web', quote: `"'` },
      key_name: 'mine',
      user_data: 'IyEvYmluL3No'.repeat(4_000),
      config_drive: true,
      access_ip_v4: '192.0.2.1',
      access_ip_v6: '2001:db8::1',
      disk_config: 'AUTO',
      availability_zone: 'nova',
      launch_index: 3,
    });

    const instance = await cloud.boot(asked);

    expect(instance).toEqual({
      ...asked,
      id: 1,
      vm_state: 'building',
      task_state: 'scheduling',
      power_state: 0,
      host: null,
      node: null,
      created_at: clock.text,
      updated_at: clock.text,
      launched_at: null,
      terminated_at: null,
      deleted_at: null,
      locked_by: null,
      version: 1,
    });
    expect(await cloud.store.instances.get(instance.uuid)).toEqual(instance);
  });

  test('several are created in the order asked for', async () => {
    await using cloud = await freshCloud(database);
    const rows = Array.from({ length: 20 }, (_, launch_index) => newInstance({ launch_index }));

    const made = await cloud.store.instances.create(rows);

    expect(made.map(({ uuid }) => uuid)).toEqual(rows.map(({ uuid }) => uuid));
    expect(made.map(({ id }) => id)).toEqual(Array.from(rows, (_, index) => index + 1));
  });

  test('of several none is created when one cannot be', async () => {
    await using cloud = await freshCloud(database);
    const known = await cloud.boot();
    const fresh = newInstance();

    const creating = cloud.store.instances.create([fresh, newInstance({ uuid: known.uuid })]);

    await expect(creating).rejects.toThrow(DuplicateEntry);
    await expect(creating).rejects.toThrow(known.uuid);
    expect(await cloud.store.instances.get(fresh.uuid)).toBeUndefined();
  });

  test('an unknown instance is not found', async () => {
    await using cloud = await freshCloud(database);
    expect(await cloud.store.instances.get(UNKNOWN)).toBeUndefined();
    expect(await cloud.store.instances.save(UNKNOWN, {})).toEqual({ outcome: 'missing' });
    expect(await cloud.store.instances.destroy(UNKNOWN)).toBe(false);
  });

  test('what is destroyed has no power, no task, and its end is when it was destroyed', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { instances } = cloud.store;
    const { uuid } = await cloud.boot();
    const launched_at = clock.text;
    await instances.save(uuid, { vm_state: 'active', task_state: 'deleting', power_state: 1, launched_at });
    clock.advance(1_500);

    expect(await instances.destroy(uuid)).toBe(true);

    expect(await instances.get(uuid, { deleted: true })).toMatchObject({
      vm_state: 'deleted',
      task_state: null,
      power_state: 0,
      launched_at,
      terminated_at: clock.text,
      deleted_at: clock.text,
    });
  });

  test('a save changes what it names, the version and the time, and nothing else', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const before = await cloud.boot({ metadata: { a: '1' } });
    clock.advance(1_500);
    const host = await cloud.host('host-1', TINY);
    const updates = {
      vm_state: 'active',
      task_state: null,
      power_state: 1,
      host,
      node: 'node-1',
      availability_zone: 'nova',
      launched_at: '2026-01-01T00:00:01.000Z',
      terminated_at: '2026-01-01T00:00:02.000Z',
      display_name: 'renamed',
      metadata: { b: '2' },
      locked_by: 'owner',
    } as const;

    const outcome = await cloud.store.instances.save(before.uuid, updates);

    const after = { ...before, ...updates, version: 2, updated_at: clock.text };
    expect(outcome).toEqual({ outcome: 'saved', instance: after });
    expect(await cloud.store.instances.get(before.uuid)).toEqual(after);
  });

  test.for([
    ['the task is the one expected', { task_state: ['scheduling'] }, 'saved'],
    ['the task is one of those expected', { task_state: [null, 'deleting', 'scheduling'] }, 'saved'],
    ['another task runs', { task_state: ['spawning'] }, 'unexpected'],
    ['a task runs where none is expected', { task_state: [null] }, 'unexpected'],
    ['no task is allowed', { task_state: [] }, 'unexpected'],
    ['the state is one of those expected', { vm_state: ['active', 'building'] }, 'saved'],
    ['the state is another', { vm_state: ['active'] }, 'unexpected'],
    ['it has no host, as expected', { host: null }, 'saved'],
    ['it is on no host where one is expected', { host: 'host-1' as never }, 'unexpected'],
    ['all of several conditions hold', { task_state: ['scheduling'], vm_state: ['building'], host: null }, 'saved'],
    ['one of several does not', { task_state: ['scheduling'], vm_state: ['active'], host: null }, 'unexpected'],
  ] as const)('when %s, a save is %j: %s', async ([, expected, outcome]) => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();

    const result = await cloud.store.instances.save(uuid, { task_state: 'networking' }, { expected });

    const instance = await cloud.store.instances.get(uuid);
    expect(result).toEqual({ outcome, instance });
    expect(instance).toMatchObject(
      outcome === 'saved' ? { task_state: 'networking', version: 2 } : { task_state: 'scheduling', version: 1 },
    );
  });

  test('a field that nobody may save is refused by its name', async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();
    const updates = { task_state: null, project_id: 'mine' } as object;

    await expect(cloud.store.instances.save(uuid, updates)).rejects.toThrow(InvalidValue);
    await expect(cloud.store.instances.save(uuid, updates)).rejects.toThrow('project_id');
    expect(await cloud.store.instances.get(uuid)).toMatchObject({ version: 1 });
  });

  test('a fault is recorded and the claim given back with the save that fails the build', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { store } = cloud;
    const { uuid } = await cloud.boot();
    await store.hosts.claim(uuid, await cloud.host('host-1', TINY), TINY);

    await store.instances.save(uuid, { vm_state: 'error' }, { fault: FAULT, release_claim: true });

    expect(await store.instances.faults([uuid, UNKNOWN])).toEqual(
      new Map([[uuid, { ...FAULT, created_at: clock.text }]]),
    );
    expect(await store.hosts.claims()).toEqual([]);
    expect(await store.hosts.nodes()).toMatchObject([
      { used: { vcpus: 0, memory_mb: 0, local_gb: 0 }, running_vms: 0 },
    ]);
  });

  test('a save that is not done records no fault and keeps the claim', async () => {
    await using cloud = await freshCloud(database);
    const { store } = cloud;
    const { uuid } = await cloud.boot();
    await store.hosts.claim(uuid, await cloud.host('host-1', TINY), TINY);
    const options = { expected: { task_state: [null] }, fault: FAULT, release_claim: true };

    const { outcome } = await store.instances.save(uuid, { vm_state: 'error' }, options);

    expect(outcome).toBe('unexpected');
    expect(await store.instances.faults([uuid])).toEqual(new Map());
    expect(await store.hosts.claims()).toHaveLength(1);
  });

  test('of several faults the newest is shown, for each instance its own', async () => {
    await using cloud = await freshCloud(database);
    const { instances } = cloud.store;
    const [a, b] = [await cloud.boot(), await cloud.boot()];
    for (const message of ['first', 'second']) {
      await instances.save(a.uuid, {}, { fault: { ...FAULT, message } });
    }
    await instances.save(b.uuid, {}, { fault: { ...FAULT, message: 'other' } });

    const faults = await instances.faults([a.uuid, b.uuid]);

    expect([faults.get(a.uuid)?.message, faults.get(b.uuid)?.message]).toEqual(['second', 'other']);
    expect(await instances.faults([])).toEqual(new Map());
  });

  test('a destroyed instance stays as a row that only those see who ask for deleted ones', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { store } = cloud;
    const before = await cloud.boot();
    await store.hosts.claim(before.uuid, await cloud.host('host-1', TINY), TINY);
    clock.advance(1_000);

    expect(await store.instances.destroy(before.uuid)).toBe(true);

    expect(await store.instances.get(before.uuid)).toBeUndefined();
    expect(await store.instances.get(before.uuid, { deleted: true })).toMatchObject({
      vm_state: 'deleted',
      task_state: null,
      deleted_at: clock.text,
      updated_at: clock.text,
      flavor: TINY_FLAVOR,
    });
    expect(await store.hosts.claims()).toEqual([]);
    expect(await store.instances.destroy(before.uuid)).toBe(false);
    expect(await store.instances.save(before.uuid, { task_state: 'rebooting' })).toEqual({ outcome: 'missing' });
  });

  test('destroy does nothing when what it expects does not hold', async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();
    const { instances } = cloud.store;

    expect(await instances.destroy(uuid, { expected: { task_state: ['deleting'] } })).toBe(false);
    expect(await instances.get(uuid)).toMatchObject({ version: 1 });
    expect(await instances.destroy(uuid, { expected: { host: null } })).toBe(true);
  });

  test('stuck builds are live builds that nobody has saved for a while, oldest first', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { instances } = cloud.store;
    const aged = async () => {
      clock.advance(1_000);
      return (await cloud.boot()).uuid;
    };
    const [oldest, saved, active, destroyed, younger] = [
      await aged(),
      await aged(),
      await aged(),
      await aged(),
      await aged(),
    ];
    await instances.save(active, { vm_state: 'active', task_state: null });
    await instances.destroy(destroyed);
    clock.advance(1_000);
    const before = clock.ms;
    await instances.save(saved, { task_state: 'networking' });

    expect((await instances.stuckBuilds(before, 10)).map(({ uuid }) => uuid)).toEqual([oldest, younger]);
    expect((await instances.stuckBuilds(before, 1)).map(({ uuid }) => uuid)).toEqual([oldest]);
    expect((await instances.stuckBuilds(before + 1, 10)).map(({ uuid }) => uuid)).toEqual([oldest, younger, saved]);
  });

  test('leaks are ports and claims of instances that are deleted or failed before they ever ran', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { instances, hosts } = cloud.store;
    const host = await cloud.host('host-1', { vcpus: 9, memory_mb: 9_000, local_gb: 9 });
    const network = await cloud.network('10.0.0.0/24');
    const holding = async () => {
      const { uuid } = await cloud.boot();
      await hosts.claim(uuid, host, TINY);
      await cloud.plug({ uuid }, network);
      await cloud.plug({ uuid }, network);
      return uuid;
    };
    const [deleted, failed, ran, building, clean] = [
      await holding(),
      await holding(),
      await holding(),
      await holding(),
      (await cloud.boot()).uuid,
    ];
    await instances.destroy(deleted);
    await instances.save(failed, { vm_state: 'error' });
    await instances.save(ran, { vm_state: 'error', launched_at: clock.text });
    await instances.destroy(clean);
    expect(await instances.leaks(clock.ms, 10)).toEqual([]); // all changed just now
    clock.advance(1);

    expect(await instances.leaks(clock.ms, 10)).toEqual([
      { uuid: deleted, ports: 2, claim: false },
      { uuid: failed, ports: 2, claim: true },
    ]);
    expect(await instances.leaks(clock.ms, 1)).toHaveLength(1);
    await hosts.release(failed);
    for (const uuid of [deleted, failed]) await cloud.store.networks.deallocate(uuid);
    expect(await instances.leaks(clock.ms, 10)).toEqual([]);
    expect(await instances.get(building)).toBeDefined();
  });
});
