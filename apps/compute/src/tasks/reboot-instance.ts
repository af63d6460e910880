import { type Instance, REBOOT_TASKS, type RebootType } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import type { ComputeHost } from '../compute-host.ts';
import { actOnGuest } from './act-on-guest.ts';

/** Pending, started, active: three saves, as a real Nova records them. A hard one wakes whatever sleeps or stands still. */
export function rebootInstance(
  ctx: RequestContext,
  instance: Instance,
  type: RebootType,
  host: ComputeHost,
): Promise<void> {
  const tasks = REBOOT_TASKS[type];
  const [, pending, started] = tasks;
  return actOnGuest(ctx, instance, host, {
    event: 'reboot',
    tasks,
    work: async (save) => {
      await save({ task_state: pending, power_state: host.driver.powerState(instance.uuid) }, tasks);
      await save({ task_state: started }, [pending]);
      await host.driver.reboot(instance.uuid);
      await save({ vm_state: 'active', task_state: null, power_state: 1 }, [started]);
    },
  });
}
