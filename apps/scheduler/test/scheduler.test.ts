import { hostName, type Instance } from '@novasim/cloud';
import { RpcClient } from '@novasim/rpc';
import { type RunInstanceArgs, SchedulerAPI, type SchedulerEndpoint } from '@novasim/rpcapi';
import { openStage, type Stage, until } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { readConfig, startScheduler } from '../src/service.ts';

function request(
  instances: readonly Instance[],
  filter_properties: RunInstanceArgs['filter_properties'] = {},
): RunInstanceArgs {
  const [first] = instances;
  if (first === undefined) throw new Error('a request is for at least one instance');
  return {
    request_spec: {
      instance_uuids: instances.map(({ uuid }) => uuid),
      num_instances: instances.length,
      image: { id: first.image_ref, name: 'cirros', min_disk: 0, min_ram: 0 },
      instance_type: first.flavor,
      instance_properties: {
        project_id: first.project_id,
        user_id: first.user_id,
        display_name: first.display_name,
        reservation_id: first.reservation_id,
        availability_zone: first.availability_zone,
      },
      security_groups: ['default'],
    },
    is_first_time: true,
    admin_password: null,
    injected_files: [],
    requested_networks: [],
    filter_properties,
  };
}

async function scheduler(stage: Stage) {
  const conductor = await stage.probe(
    { topic: 'conductor', server: 'probe' },
    { namespace: 'compute_task', methods: { build_instances: () => null } },
  );
  await stage.start(readConfig, startScheduler);
  return { conductor, api: new SchedulerAPI(stage.transport) };
}

test('the emptier host gets the instance, holds its claim, and the other goes along as alternate', async () => {
  await using stage = await openStage();
  await stage.newHost('small', 2);
  await stage.newHost('large', 8);
  const { conductor, api } = await scheduler(stage);
  const instance = await stage.newBuild();
  await api.run_instance({ request_id: 'req-1' }, request([instance]));

  const [built] = await conductor.seen('build_instances');
  expect(built?.context['request_id']).toBe('req-1');
  expect(built?.args).toMatchObject({
    instances: [{ uuid: instance.uuid }],
    host_lists: [[{ host: 'large' }, { host: 'small' }]],
  });
  expect(await stage.store.hosts.claims()).toMatchObject([{ instance_uuid: instance.uuid, host: 'large' }]);
});

test('of a request for more than fits, what fits is built and the rest fails, each with its own fault', async () => {
  await using stage = await openStage();
  await stage.newHost('h1', 2);
  const { conductor, api } = await scheduler(stage);
  const instances = await Promise.all([0, 1, 2].map((launch_index) => stage.newBuild({ launch_index })));
  await api.run_instance({}, request(instances));

  const [built] = await conductor.seen('build_instances');
  expect(built?.args['instances']).toHaveLength(2);
  const failed = await stage.store.instances.list({ vm_states: ['error'] });
  expect(failed).toHaveLength(1);
  const faults = await stage.store.instances.faults(failed.map(({ uuid }) => uuid));
  expect([...faults.values()]).toMatchObject([
    { code: 500, message: 'No valid host was found. There are not enough hosts available.' },
  ]);
  expect([...faults.values()][0]?.details).toContain("'CoreFilter: (start: 1, end: 0)'");
});

test('requests at the same time never claim more than there is', async () => {
  await using stage = await openStage();
  await stage.newHost('h1', 5);
  await stage.newHost('h2', 5);
  const { api } = await scheduler(stage);
  await stage.start(readConfig, startScheduler, { HOST: 'second' });
  const instances = await Promise.all(Array.from({ length: 30 }, () => stage.newBuild()));
  await Promise.all(instances.map((instance) => api.run_instance({}, request([instance]))));

  const failed = () => stage.store.instances.list({ vm_states: ['error'] });
  await until(async () => (await failed()).length === 20, { withinMs: 15_000, what: '20 of 30 found no host' });
  const nodes = await stage.store.hosts.nodes();
  expect(nodes.map(({ used }) => used.vcpus)).toEqual([5, 5]);
});

test.for(['disabled', 'silent'])('a host that is %s gets nothing', async (how) => {
  await using stage = await openStage();
  await stage.newHost('off');
  const host = hostName('off');
  if (how === 'disabled') await stage.store.hosts.setDisabled('nova-compute', host, true);
  else {
    const seen_ms = Date.now() - 61_000;
    await stage.store.hosts.report({
      binary: 'nova-compute',
      host,
      topic: 'compute',
      availability_zone: 'nova',
      seen_ms,
    });
  }
  const { api } = await scheduler(stage);
  const instance = await stage.newBuild();
  await api.run_instance({}, request([instance]));
  const failed = await until(async () => (await stage.store.instances.list({ vm_states: ['error'] }))[0]);
  const fault = (await stage.store.instances.faults([failed.uuid])).get(failed.uuid);
  expect(fault?.details).toContain("'ComputeFilter: (start: 1, end: 0)'");
});

test('an instance that was deleted before its turn is left alone', async () => {
  await using stage = await openStage();
  await stage.newHost('h1');
  const { conductor, api } = await scheduler(stage);
  const [gone, stays] = [await stage.newBuild(), await stage.newBuild({ launch_index: 1 })];
  await stage.store.instances.destroy(gone.uuid);
  await api.run_instance({}, request([gone, stays]));
  const [built] = await conductor.seen('build_instances');
  expect(built?.args['instances']).toMatchObject([{ uuid: stays.uuid }]);
  expect(await stage.store.hosts.claims()).toHaveLength(1);
});

test('capabilities that are none are refused, and hosts are picked as before', async () => {
  await using stage = await openStage();
  await stage.newHost('h1');
  const { conductor, api } = await scheduler(stage);
  const nonsense = { service_name: 'compute', host: hostName('h1'), capabilities: null } as never; // as a stranger may send it
  await api.update_service_capabilities({}, nonsense);
  const rpc = new RpcClient<SchedulerEndpoint>(stage.transport, { topic: 'scheduler', version: '1.0' });
  await expect(rpc.call({}, 'update_service_capabilities', nonsense)).rejects.toThrow(
    'capabilities.running_vms undefined is no number',
  );
  await api.run_instance({}, request([await stage.newBuild()]));
  await conductor.seen('build_instances');
});

test('builds go behind a host that failed some, as it says in its capabilities', async () => {
  await using stage = await openStage();
  await stage.newHost('failing', 64);
  await stage.newHost('full', 2);
  const { conductor, api } = await scheduler(stage);
  const told = { vcpus: 64, memory_mb: 32_768, local_gb: 64 };
  await api.update_service_capabilities(
    {},
    {
      service_name: 'compute',
      host: 'failing' as never,
      capabilities: {
        hypervisor_hostname: 'failing',
        hypervisor_type: 'fake',
        availability_zone: 'nova',
        total: told,
        used: { vcpus: 0, memory_mb: 0, local_gb: 0 },
        running_vms: 0,
        failed_builds: 1,
        enabled: true,
        timestamp_ms: Date.now(),
      },
    },
  );
  // A fanout goes its own way: until it was heard the failing host, being larger, is the first choice.
  await until(
    async () => {
      await api.run_instance({}, request([await stage.newBuild()]));
      const heard = conductor.heard.at(-1);
      return JSON.stringify(heard?.args['host_lists'] ?? '').startsWith('[[{"host":"full"');
    },
    { everyMs: 30, what: 'the failing host is put behind' },
  );
});
