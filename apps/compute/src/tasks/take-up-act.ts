import type { Instance, RebootType, TaskState } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import { adminContext } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';
import { changePower } from './change-power.ts';
import { rebootInstance } from './reboot-instance.ts';

type TakeUp = (ctx: RequestContext, instance: Instance, host: ComputeHost) => Promise<void>;

/**
 * What becomes of an action on a guest that its host's end cut off (compute/manager.py, _init_instance). What can be done again
 * is; what may have happened is settled by what the guest is. Tasks that are not here stay, and a hard reboot ends them, as in
 * Nova: their message may still wait in the host's queue.
 */
const TAKEN_UP: { readonly [Task in TaskState]?: TakeUp } = {
  'powering-off': (ctx, instance, host) => changePower(ctx, 'stop', instance, host),
  'powering-on': (ctx, instance, host) => changePower(ctx, 'start', instance, host),
  unpausing: (ctx, instance, host) => changePower(ctx, 'unpause', instance, host),
  pausing: settle,
  reboot_pending: rebootAgain('SOFT'),
  reboot_pending_hard: rebootAgain('HARD'),
  reboot_started: settle,
  reboot_started_hard: (ctx, instance, host) =>
    isRunning(instance, host) ? settle(ctx, instance, host) : rebootAgain('HARD')(ctx, instance, host),
};

/** Takes up an action that was cut off, if there is one; what fails is logged, so that the host starts all the same. */
export async function takeUpAct(instance: Instance, host: ComputeHost): Promise<void> {
  const { uuid: instance_uuid, task_state } = instance;
  const takeUp = task_state === null ? undefined : TAKEN_UP[task_state];
  if (takeUp === undefined) return;
  host.log.warn({ instance_uuid, task_state, on: host.name }, 'taking up an action that was cut off');
  try {
    await takeUp(adminContext(), instance, host);
  } catch (err) {
    host.log.warn({ instance_uuid, err }, 'the action could not be taken up');
  }
}

function rebootAgain(type: RebootType): TakeUp {
  return (ctx, instance, host) => rebootInstance(ctx, instance, type, host);
}

/** It runs, so nothing is left to do but to say so. */
async function settle(ctx: RequestContext, { uuid, task_state }: Instance, host: ComputeHost): Promise<void> {
  await host.conductor.instance_update(ctx, {
    instance_uuid: uuid,
    updates: { vm_state: 'active', task_state: null },
    expected_task_state: [task_state],
  });
}

function isRunning({ uuid }: Instance, host: ComputeHost): boolean {
  return host.driver.powerState(uuid) === 1;
}
