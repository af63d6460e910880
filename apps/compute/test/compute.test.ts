import { type HostName, hostName, type Instance } from '@novasim/cloud';
import { type BuildAndRunArgs, ComputeAPI, NoMoreFixedIps, UnexpectedTaskStateError } from '@novasim/rpcapi';
import { openStage, type Probe, type Stage } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { readConfig, startCompute } from '../src/service.ts';
import { type PeerAnswers, playPeers } from './peers.ts';

const H1 = hostName('h1');

/** A compute host `h1`; conductor and network are played by probes. */
async function computeHost(stage: Stage, { env = {}, ...answers }: PeerAnswers & { env?: NodeJS.ProcessEnv } = {}) {
  const peers = await playPeers(stage, answers);
  await stage.start(readConfig, startCompute, { COMPUTE_HOSTS: 'h1', COMPUTE_SPAWN_MS: '0', ...env });
  return { ...peers, api: new ComputeAPI(stage.transport) };
}

function build(instance: Instance, host_list: BuildAndRunArgs['host_list'] = []): BuildAndRunArgs {
  return {
    instance,
    image: { id: instance.image_ref, name: 'cirros', min_disk: 0, min_ram: 0 },
    filter_properties: { retry: { num_attempts: 1, hosts: [H1] } },
    admin_password: 'secret',
    injected_files: [],
    requested_networks: [],
    security_groups: ['default'],
    node: 'h1',
    host_list,
  };
}

/** The saves of a build as `task or vm_state`, in order. */
function saves({ heard }: Probe): readonly unknown[] {
  return heard.filter(({ method }) => method === 'instance_update').map(({ args }) => args['updates']);
}

test('a build saves each step, expecting the one before', async () => {
  await using stage = await openStage();
  const { conductor, network, api } = await computeHost(stage);
  await api.build_and_run_instance({ request_id: 'req-1' }, H1, build(await stage.newBuild()));
  const updates = await conductor.seen('instance_update', 5);
  expect(updates.map(({ args }) => args['expected_task_state'])).toEqual([
    ['scheduling'],
    [null],
    ['networking'],
    ['block_device_mapping'],
    ['spawning'],
  ]);
  expect(saves(conductor).at(-1)).toMatchObject({ vm_state: 'active', task_state: null, power_state: 1 });
  expect(updates.every(({ context }) => context['request_id'] === 'req-1')).toBe(true);
  expect(network.heard.map(({ method }) => method)).toEqual(['allocate_for_instance']);
});

test('a hypervisor that fails gives back what it took and hands the build on with the alternates', async () => {
  await using stage = await openStage();
  const { conductor, network, api } = await computeHost(stage, { env: { COMPUTE_FAIL_RATE: '1' } });
  const alternate = { host: hostName('h2'), nodename: 'h2' };
  await api.build_and_run_instance({}, H1, build(await stage.newBuild(), [alternate]));
  const [handed] = await conductor.seen('build_instances');
  expect(handed?.args).toMatchObject({
    host_lists: [[alternate]],
    filter_properties: { retry: { num_attempts: 1, hosts: ['h1'] } },
    admin_password: 'secret',
  });
  expect(saves(conductor).at(-1)).toMatchObject({ host: null, node: null, task_state: 'scheduling' });
  expect(network.heard.map(({ method }) => method)).toEqual(['allocate_for_instance', 'deallocate_for_instance']);
});

test('a network that has nothing left ends the build in ERROR, with the claim released', async () => {
  await using stage = await openStage();
  const { conductor, api } = await computeHost(stage, {
    network: {
      allocate_for_instance: () => {
        throw new NoMoreFixedIps('demo');
      },
    },
  });
  const instance = await stage.newBuild();
  await api.build_and_run_instance({}, H1, build(instance));
  const updates = await conductor.seen('instance_update', 3);
  expect(updates.at(-1)?.args).toMatchObject({
    updates: { vm_state: 'error', task_state: null, host: null },
    fault: {
      code: 500,
      message: `Build of instance ${instance.uuid} aborted: Failed to allocate the network(s) with error No fixed IP addresses available for network: demo, not rescheduling.`,
    },
    release_claim: true,
  });
});

test('a build that was overtaken frees what it took and writes nothing more', async () => {
  await using stage = await openStage();
  const { conductor, network, api } = await computeHost(stage, {
    conductor: {
      instance_update: ({ instance_uuid, updates }) => {
        if ((updates as { task_state?: string }).task_state === 'spawning') {
          throw new UnexpectedTaskStateError(instance_uuid as Instance['uuid'], 'block_device_mapping', 'null');
        }
        return { uuid: instance_uuid };
      },
    },
  });
  await api.build_and_run_instance({}, H1, build(await stage.newBuild()));
  await network.seen('deallocate_for_instance');
  expect(saves(conductor).at(-1)).toEqual({ task_state: 'spawning' });
});

test('the twin of a build that runs already takes nothing from it', async () => {
  await using stage = await openStage();
  let taken = 0;
  const { conductor, network, api } = await computeHost(stage, {
    conductor: {
      instance_update: ({ instance_uuid, updates }) => {
        if ((updates as { host?: HostName }).host === H1 && ++taken > 1) {
          throw new UnexpectedTaskStateError(instance_uuid as Instance['uuid'], 'scheduling', 'null');
        }
        return { uuid: instance_uuid };
      },
    },
  });
  const instance = await stage.newBuild();
  await api.build_and_run_instance({}, H1, build(instance));
  await api.build_and_run_instance({}, H1, build(instance));
  await api.terminate_instance({}, H1, instance); // comes after both, as all that concerns one instance
  await conductor.seen('instance_destroy');
  expect(network.heard.map(({ method }) => method)).toEqual(['allocate_for_instance', 'deallocate_for_instance']);
});

test('an ACTIVE whose answer was lost stays ACTIVE: guest and addresses are not given back', async () => {
  await using stage = await openStage();
  const held = Promise.withResolvers<never>();
  const { conductor, network, api } = await computeHost(stage, {
    env: { RPC_RESPONSE_TIMEOUT_MS: '400', BUILD_RENEW_MS: '50' },
    conductor: {
      instance_update: ({ instance_uuid, updates }) => {
        const { vm_state, task_state } = updates as { vm_state?: string; task_state?: string };
        if (vm_state === 'active') return held.promise; // saved, but nobody hears of it
        if (task_state === undefined)
          throw new UnexpectedTaskStateError(instance_uuid as Instance['uuid'], 'building', 'active');
        return { uuid: instance_uuid };
      },
      instance_get_by_uuid: ({ instance_uuid }) => ({ uuid: instance_uuid, vm_state: 'active', host: 'h1' }),
    },
  });
  const instance = await stage.newBuild();
  await api.build_and_run_instance({}, H1, build(instance));
  await conductor.seen('instance_get_by_uuid');
  await api.terminate_instance({}, H1, instance); // its turn comes when the build has ended
  await conductor.seen('instance_destroy');
  expect(network.heard.map(({ method }) => method)).toEqual(['allocate_for_instance', 'deallocate_for_instance']);
  held.reject(new Error('the stage is over'));
});

test('a long build says at intervals that somebody works on it', async () => {
  await using stage = await openStage();
  const { conductor, api } = await computeHost(stage, { env: { COMPUTE_SPAWN_MS: '300', BUILD_RENEW_MS: '20' } });
  await api.build_and_run_instance({}, H1, build(await stage.newBuild()));
  await conductor.seen('instance_update', 8);
  expect(saves(conductor).filter((updates) => Object.keys(updates as object).length === 0).length).toBeGreaterThan(2);
});

test('a host that starts anew fails the build that was cut off and finishes the delete', async () => {
  await using stage = await openStage();
  const building = { ...(await stage.newBuild()), host: H1 };
  const deleting = {
    ...(await stage.newBuild()),
    host: H1,
    vm_state: 'active' as const,
    task_state: 'deleting' as const,
  };
  const running = { ...(await stage.newBuild()), host: H1, vm_state: 'active' as const, task_state: null };
  const { conductor, network } = await computeHost(stage, {
    conductor: { instance_get_all_by_host: () => [building, deleting, running] },
  });
  expect(conductor.heard.filter(({ method }) => method === 'instance_destroy').map(({ args }) => args)).toEqual([
    { instance_uuid: deleting.uuid },
  ]);
  const [failed] = await conductor.seen('instance_update');
  expect(failed?.args).toMatchObject({
    instance_uuid: building.uuid,
    updates: { vm_state: 'error' },
    fault: { message: `Build of instance ${building.uuid} aborted: the build was cut off when h1 was started anew.` },
  });
  expect(network.heard.map(({ args }) => args['instance_uuid']).sort()).toEqual([building.uuid, deleting.uuid].sort());
});

test('each host of a process answers the scheduler by a fanout of its own', async () => {
  await using stage = await openStage();
  const scheduler = await stage.probe(
    { topic: 'scheduler', server: 'probe' },
    { methods: { update_service_capabilities: () => null } },
  );
  const { api } = await computeHost(stage, { env: { COMPUTE_HOSTS: '3', HOST: 'rack', CAPABILITIES_MS: '3600000' } });
  await api.publish_service_capabilities({ request_id: 'req-ask' });
  await scheduler.seen('update_service_capabilities', 6); // three at start, three when asked
  const asked = scheduler.heard.filter(({ context }) => context['request_id'] === 'req-ask');
  expect(asked.map(({ args }) => args['host']).sort()).toEqual(['rack1', 'rack2', 'rack3']);
  expect(asked[0]?.args['capabilities']).toMatchObject({ hypervisor_type: 'fake', running_vms: 0, failed_builds: 0 });
});
