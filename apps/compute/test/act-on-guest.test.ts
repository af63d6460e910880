import { hostName, type Instance, type PowerState, REBOOT_TASKS, type TaskState, type VmState } from '@novasim/cloud';
import { ComputeAPI, UnexpectedTaskStateError } from '@novasim/rpcapi';
import { openStage, type Probe, type Stage, until } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { readConfig, startCompute } from '../src/service.ts';
import { type Answers, playPeers } from './peers.ts';

const H1 = hostName('h1');

/** A host that starts with instances that it had before, and what its conductor hears. */
async function hostWith(stage: Stage, instances: readonly Instance[], conductor: Answers = {}, more = {}) {
  const peers = await playPeers(stage, { conductor: { instance_get_all_by_host: () => instances, ...conductor } });
  const env = { COMPUTE_HOSTS: 'h1', COMPUTE_SPAWN_MS: '0', LOOK_AROUND_MS: '3600000', ...more };
  await stage.start(readConfig, startCompute, env);
  return { ...peers, api: new ComputeAPI(stage.transport) };
}

async function instanceThat(
  stage: Stage,
  vm_state: VmState,
  power_state: PowerState,
  task_state: TaskState | null = null,
): Promise<Instance> {
  const launched_at = '2026-01-01T00:00:00.000Z';
  return { ...(await stage.newBuild()), host: H1, vm_state, power_state, task_state, launched_at };
}

/** What was saved, and what it expected. */
function saves({ heard }: Probe) {
  return heard
    .filter(({ method }) => method === 'instance_update')
    .map(({ args }) => [args['updates'], args['expected_task_state']]);
}

test.for([
  ['stop', 'active', 1, 'powering-off', 'stopped', 4],
  ['start', 'stopped', 4, 'powering-on', 'active', 1],
  ['pause', 'active', 1, 'pausing', 'paused', 3],
  ['unpause', 'paused', 3, 'unpausing', 'active', 1],
  ['suspend', 'active', 1, 'suspending', 'suspended', 7],
  ['resume', 'suspended', 7, 'resuming', 'active', 1],
] as const)('%s is one save, which expects the task that the api gave', async ([action, from, was, task, to, is]) => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, from, was);
  const { conductor, api } = await hostWith(stage, [instance]);
  await api[`${action}_instance`]({ request_id: 'req-1' }, H1, { ...instance, task_state: task });
  const [save] = await conductor.seen('instance_update');
  expect(save?.context['request_id']).toBe('req-1');
  expect(saves(conductor)).toEqual([[{ vm_state: to, power_state: is, task_state: null }, [task]]]);
});

test.for(['SOFT', 'HARD'] as const)('a %s reboot goes through the tasks that are recorded', async (type) => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, 'active', 1);
  const { conductor, api } = await hostWith(stage, [instance]);
  await api.reboot_instance({}, H1, { instance, reboot_type: type });
  await conductor.seen('instance_update', 3);
  const [, pending, started] = REBOOT_TASKS[type];
  expect(saves(conductor)).toEqual([
    [{ task_state: pending, power_state: 1 }, REBOOT_TASKS[type]],
    [{ task_state: started }, [pending]],
    [{ vm_state: 'active', task_state: null, power_state: 1 }, [started]],
  ]);
});

test('a stop that was overtaken says no more, and the guest runs on', async () => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, 'active', 1);
  let isOvertaken = true;
  const { conductor, api } = await hostWith(stage, [instance], {
    instance_update: ({ instance_uuid }) => {
      if (isOvertaken) throw new UnexpectedTaskStateError(instance.uuid, 'powering-off', 'rebooting_hard');
      return { uuid: instance_uuid };
    },
  });
  await api.stop_instance({}, H1, instance);
  await conductor.seen('instance_update');
  isOvertaken = false;
  await api.reboot_instance({}, H1, { instance, reboot_type: 'HARD' });
  await conductor.seen('instance_update', 4);
  expect(saves(conductor)[1]).toMatchObject([{ power_state: 1 }, expect.anything()]);
});

test('what the hypervisor cannot do is a fault, and the task is taken back', async () => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, 'stopped', 4);
  const { conductor, api } = await hostWith(stage, []); // it has no guest of it
  await api.start_instance({}, H1, instance);
  const [save] = await conductor.seen('instance_update');
  expect(save?.args).toMatchObject({
    updates: { task_state: null },
    expected_task_state: ['powering-on'],
    fault: { code: 500, message: `The hypervisor has no guest of instance ${instance.uuid}.` },
  });
});

test.for([
  ['was not saved', true, 1],
  ['was saved, and the answer got lost', false, 4],
] as const)('a stop that %s leaves guest and row in one state', async ([, isTakenBack, power]) => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, 'active', 1);
  const held = Promise.withResolvers<never>();
  const env = { RPC_RESPONSE_TIMEOUT_MS: '300' };
  const conductor: Answers = {
    instance_update: ({ instance_uuid, updates }) => {
      const { vm_state, task_state } = updates as Partial<Instance>;
      if (vm_state === 'stopped') return held.promise;
      if (task_state === null && !isTakenBack)
        throw new UnexpectedTaskStateError(instance.uuid, 'powering-off', 'null');
      return { uuid: instance_uuid };
    },
  };
  const host = await hostWith(stage, [instance], conductor, env);
  await host.api.stop_instance({}, H1, instance);
  await host.conductor.seen('instance_update', 2);
  await host.api.reboot_instance({}, H1, { instance, reboot_type: 'HARD' }); // tells what it finds
  await host.conductor.seen('instance_update', 3);
  expect(saves(host.conductor)[2]).toMatchObject([{ power_state: power }, expect.anything()]);
  held.reject(new Error('the stage is over'));
});

test('a message that comes twice finds the guest as it should be, and no task left', async () => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, 'active', 1, 'powering-off');
  const { conductor, api } = await hostWith(stage, [instance]); // it stops the guest when it starts
  await api.stop_instance({}, H1, instance);
  await conductor.seen('instance_update', 2);
  expect(saves(conductor).map(([, expected]) => expected)).toEqual([['powering-off'], ['powering-off', null]]);
});

test.for([
  ['powering-off', 'active', 1, [{ vm_state: 'stopped', power_state: 4, task_state: null }]],
  ['powering-on', 'stopped', 4, [{ vm_state: 'active', power_state: 1, task_state: null }]],
  ['unpausing', 'paused', 3, [{ vm_state: 'active', power_state: 1, task_state: null }]],
  ['pausing', 'active', 1, [{ vm_state: 'active', task_state: null }]],
  ['reboot_pending', 'active', 1, ['reboot_pending', 'reboot_started', null]],
  ['reboot_started', 'active', 1, [{ vm_state: 'active', task_state: null }]],
  ['reboot_started_hard', 'stopped', 4, ['reboot_pending_hard', 'reboot_started_hard', null]],
  ['suspending', 'active', 1, []],
  ['rebooting', 'active', 1, []],
] as const)('a host that starts anew takes up %s', async ([task, vm_state, power, wanted]) => {
  await using stage = await openStage();
  const instance = await instanceThat(stage, vm_state, power, task);
  const { conductor } = await hostWith(stage, [instance]);
  await until(() => conductor.heard.some(({ method }) => method === 'service_update')); // after it has looked at them
  const updates = saves(conductor).map(([saved]) => saved as { task_state: string | null });
  expect(updates).toEqual(
    wanted.map((one) => (typeof one === 'object' && one !== null ? one : expect.objectContaining({ task_state: one }))),
  );
});
