import { type HostName, hostName, type InstanceUuid, resourcesOf } from '@novasim/cloud';
import {
  ComputeTaskAPI,
  ConductorAPI,
  InstanceNotFound,
  UnexpectedDeletingTaskStateError,
  UnexpectedTaskStateError,
} from '@novasim/rpcapi';
import { openStage, type Stage, until } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { readConfig, startConductor } from '../src/service.ts';

const QUICK = { BUILD_TIMEOUT_MS: '150', BUILD_CHECK_MS: '50', LEAK_GRACE_MS: '0' };

async function conductor(stage: Stage, env: NodeJS.ProcessEnv = {}) {
  await stage.start(readConfig, startConductor, env);
  return new ConductorAPI(stage.transport);
}

test('a save whose expected task does not hold changes nothing and says what it found', async () => {
  await using stage = await openStage();
  const api = await conductor(stage);
  const { uuid } = await stage.newBuild();
  const save = (task_state: 'networking' | 'spawning', expected: 'scheduling' | null) =>
    api.instance_update({}, { instance_uuid: uuid, updates: { task_state }, expected_task_state: [expected] });

  expect(await save('networking', 'scheduling')).toMatchObject({ uuid, task_state: 'networking' });
  await expect(save('spawning', 'scheduling')).rejects.toThrow(UnexpectedTaskStateError);
  await expect(save('spawning', null)).rejects.toThrow(
    `Conflict updating instance ${uuid}. Expected: {"task_state":[null]}. Actual: {"task_state":"networking","vm_state":"building"}`,
  );
  expect(await stage.store.instances.get(uuid)).toMatchObject({ task_state: 'networking' });
});

test('what is being deleted, and what is gone, are errors of their own', async () => {
  await using stage = await openStage();
  const api = await conductor(stage);
  const { uuid } = await stage.newBuild();
  await stage.store.instances.save(uuid, { task_state: 'deleting' });
  const save = () =>
    api.instance_update({}, { instance_uuid: uuid, updates: { task_state: 'spawning' }, expected_task_state: [null] });
  await expect(save()).rejects.toThrow(UnexpectedDeletingTaskStateError);
  await api.instance_destroy({}, uuid);
  await api.instance_destroy({}, uuid); // twice is harmless
  await expect(save()).rejects.toThrow(InstanceNotFound);
});

test('a state that there is none of is refused before it reaches the store', async () => {
  await using stage = await openStage();
  const api = await conductor(stage);
  const { uuid } = await stage.newBuild();
  const nonsense = { vm_state: 'nonsense' } as never; // as a stranger may send it
  await expect(api.instance_update({}, { instance_uuid: uuid, updates: nonsense })).rejects.toThrow(
    'vm_state "nonsense" is no state of an instance',
  );
  expect(await stage.store.instances.get(uuid)).toMatchObject({ vm_state: 'building' });
});

test('a failure travels whole: state, fault and release of the claim in one save', async () => {
  await using stage = await openStage();
  const api = await conductor(stage);
  await stage.newHost('h1');
  const { uuid, flavor } = await stage.newBuild();
  await stage.store.hosts.claim(uuid, hostName('h1'), resourcesOf(flavor));
  await api.instance_update(
    {},
    {
      instance_uuid: uuid,
      updates: { vm_state: 'error', task_state: null },
      fault: { code: 500, message: 'boom', details: 'why' },
      release_claim: true,
    },
  );
  expect((await stage.store.instances.faults([uuid])).get(uuid)).toMatchObject({ message: 'boom', details: 'why' });
  expect(await stage.store.hosts.claims()).toEqual([]);
});

async function handBack(
  stage: Stage,
  uuid: InstanceUuid,
  tried: readonly HostName[],
  left: readonly string[],
): Promise<void> {
  const instance = await stage.store.instances.get(uuid);
  if (instance === undefined) throw new Error('no instance');
  await new ComputeTaskAPI(stage.transport).build_instances(
    {},
    {
      instances: [instance],
      image: { id: instance.image_ref, name: 'cirros', min_disk: 0, min_ram: 0 },
      filter_properties: { retry: { num_attempts: tried.length, hosts: tried } },
      admin_password: null,
      injected_files: [],
      requested_networks: [],
      security_groups: ['default'],
      host_lists: [left.map((name) => ({ host: hostName(name), nodename: name }))],
    },
  );
}

test('a build that comes back goes to the first alternate that still has room, with the claim', async () => {
  await using stage = await openStage();
  await conductor(stage);
  for (const [name, room] of [
    ['h1', 4],
    ['full', 0],
    ['h3', 4],
  ] as const)
    await stage.newHost(name, room);
  const compute = await stage.probe(
    { topic: 'compute', server: 'h3' },
    { methods: { build_and_run_instance: () => null } },
  );
  const { uuid, flavor } = await stage.newBuild();
  await stage.store.hosts.claim(uuid, hostName('h1'), resourcesOf(flavor));
  await handBack(stage, uuid, [hostName('h1')], ['full', 'h3']);

  const [built] = await compute.seen('build_and_run_instance');
  expect(built?.args).toMatchObject({
    node: 'h3',
    host_list: [],
    filter_properties: { retry: { num_attempts: 2, hosts: ['h1', 'h3'] } },
  });
  expect(await stage.store.hosts.claims()).toMatchObject([{ instance_uuid: uuid, host: 'h3' }]);
});

test('a build that comes back when no alternate is left fails and holds nothing', async () => {
  await using stage = await openStage();
  await conductor(stage);
  await stage.newHost('h1');
  const { uuid, flavor } = await stage.newBuild();
  await stage.store.hosts.claim(uuid, hostName('h1'), resourcesOf(flavor));
  await handBack(stage, uuid, [hostName('h1')], []);
  const failed = await until(async () => (await stage.store.instances.list({ vm_states: ['error'] }))[0]);
  expect(failed).toMatchObject({ uuid, host: null, task_state: null });
  expect((await stage.store.instances.faults([uuid])).get(uuid)?.message).toContain(
    'Exceeded maximum number of retries',
  );
  expect(await stage.store.hosts.claims()).toEqual([]);
});

test('a build that nobody saves is failed; one that is renewed is left alone', async () => {
  await using stage = await openStage();
  const api = await conductor(stage, QUICK);
  const [lost, alive] = [await stage.newBuild(), await stage.newBuild()];
  const renew = () => api.instance_update({}, { instance_uuid: alive.uuid, updates: {} });
  // The last one may still be on its way when the stage closes.
  const renewal = setInterval(() => void renew().catch(() => undefined), 30);
  try {
    await until(async () => (await stage.store.instances.get(lost.uuid))?.vm_state === 'error');
    expect((await stage.store.instances.faults([lost.uuid])).get(lost.uuid)?.message).toContain(
      'no progress for 0.15 s',
    );
    expect(await stage.store.instances.get(alive.uuid)).toMatchObject({ vm_state: 'building' });
  } finally {
    clearInterval(renewal);
  }
});

test('addresses and claims that a failed instance still holds are freed', async () => {
  await using stage = await openStage();
  await stage.newHost('h1');
  const network = await stage.probe(
    { topic: 'network', server: 'probe' },
    {
      methods: {
        // as the network service does, whose part this is
        deallocate_for_instance: ({ instance_uuid }) => stage.store.networks.deallocate(instance_uuid as InstanceUuid),
      },
    },
  );
  const { uuid, flavor, project_id } = await stage.newBuild();
  await stage.store.hosts.claim(uuid, hostName('h1'), resourcesOf(flavor));
  const [demo] = await stage.store.networks.list();
  await stage.store.networks.allocate({ instance_uuid: uuid, project_id, network_id: demo?.id ?? '' });
  await stage.store.instances.save(uuid, { vm_state: 'error', task_state: null });
  await conductor(stage, QUICK);
  await network.seen('deallocate_for_instance');
  await until(
    async () => (await stage.store.networks.ports()).length + (await stage.store.hosts.claims()).length === 0,
  );
});
