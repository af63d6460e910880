import type { Instance, InstanceUpdates, TaskState } from '@novasim/cloud';
import { MessagingError, type RequestContext } from '@novasim/rpc';
import { faultPayload, instancePayload, type PowerEvent } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';
import { isOvertaken } from './unwind-build.ts';

/** Saves, if the instance is still in one of these tasks. */
export type SaveTask = (updates: InstanceUpdates, expected: readonly (TaskState | null)[]) => Promise<void>;

interface GuestAct {
  readonly event: PowerEvent;
  /** The tasks that it goes through. */
  readonly tasks: readonly TaskState[];
  readonly work: (save: SaveTask) => Promise<void>;
}

/**
 * What every action on a guest has in common: it is told at its start and end, and when it fails the task is taken back, with a
 * fault, as Nova's decorators do (compute/manager.py, reverts_task_state and wrap_instance_fault). Unlike Nova: a guest is put back
 * as it was when its row says that this action never happened.
 */
export async function actOnGuest(
  ctx: RequestContext,
  instance: Instance,
  host: ComputeHost,
  { event, tasks, work }: GuestAct,
): Promise<void> {
  const { uuid: instance_uuid } = instance;
  const fields = { request_id: ctx['request_id'], instance_uuid, on: host.name, act: event };
  const before = host.driver.powerState(instance_uuid);
  const putBack = async () => {
    if (before !== 0) await host.driver.setPower(instance_uuid, before);
  };
  let now = instance;
  host.notifications.info(ctx, `compute.instance.${event}.start`, instancePayload(now));
  try {
    await work(async (updates, expected_task_state) => {
      await host.conductor.instance_update(ctx, { instance_uuid, updates, expected_task_state });
      now = { ...now, ...updates };
    });
  } catch (error) {
    if (isOvertaken(error)) {
      await putBack();
      host.log.info({ ...fields, why: error.message }, 'left alone: the instance was changed meanwhile');
      return;
    }
    if (await isTakenBack(ctx, instance, host, tasks, error)) await putBack();
    throw error;
  }
  host.notifications.info(ctx, `compute.instance.${event}.end`, instancePayload(now));
  host.log.info(fields, 'guest acted on');
}

/**
 * False when the row says that the action has happened, and only its answer got lost, or is no longer this one's. Asks until it is
 * answered, so that no task stays that nobody is at; ends with the host, which takes it up when it starts anew.
 */
async function isTakenBack(
  ctx: RequestContext,
  { uuid: instance_uuid }: Instance,
  host: ComputeHost,
  expected_task_state: readonly TaskState[],
  why: unknown,
): Promise<boolean> {
  const { code, message } = faultPayload(why);
  const fault = { code, message, details: '' };
  for (;;) {
    try {
      const updates = { task_state: null };
      await host.conductor.instance_update(ctx, { instance_uuid, updates, expected_task_state, fault });
      return true;
    } catch (error) {
      if (isOvertaken(error)) return false;
      if (!(error instanceof MessagingError && error.retryable)) throw error;
      host.log.warn({ instance_uuid, why: error.message }, 'asking again to take a task back');
    }
  }
}
