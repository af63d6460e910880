import { type Instance, POWER_CHANGES, type PowerAction } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import type { ComputeHost } from '../compute-host.ts';
import { actOnGuest } from './act-on-guest.ts';

/** Stop, start, pause, unpause, suspend, resume: the guest first, then one save, as a real Nova records them. */
export function changePower(
  ctx: RequestContext,
  action: PowerAction,
  instance: Instance,
  host: ComputeHost,
): Promise<void> {
  const { task_state, end, event } = POWER_CHANGES[action];
  // A guest that is like that already was dealt with by a twin of this message, or when the host started: then no task is left,
  // and saving it once more does no harm. As Nova does for a stop (compute/manager.py, do_stop_instance).
  const isDone = host.driver.powerState(instance.uuid) === end.power_state;
  return actOnGuest(ctx, instance, host, {
    event,
    tasks: [task_state],
    work: async (save) => {
      await host.driver.setPower(instance.uuid, end.power_state);
      await save({ ...end, task_state: null }, isDone ? [task_state, null] : [task_state]);
    },
  });
}
