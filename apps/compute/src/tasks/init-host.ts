import type { Instance } from '@novasim/cloud';
import { adminContext } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';
import { takeUpAct } from './take-up-act.ts';
import { terminateInstance } from './terminate-instance.ts';
import { BuildAborted, failBuild } from './unwind-build.ts';

/**
 * What a host does before it takes its first message (compute/manager.py, init_host): makes itself known, then looks at the
 * instances it had. Their guests are what they were; a build that was cut off fails, since the message that carried it was
 * acknowledged before it ran; a delete that was cut off is finished, and so is what was being done to a guest.
 */
export async function initHost(host: ComputeHost): Promise<void> {
  const ctx = adminContext();
  const { name, availabilityZone: availability_zone, tracker } = host;
  await host.conductor.compute_node_update(ctx, {
    host: name,
    hypervisor_hostname: name,
    total: tracker.total,
    availability_zone,
  });
  for (const instance of await host.conductor.instance_get_all_by_host(ctx, name)) {
    tracker.claim(instance);
    if (instance.launched_at !== null) host.driver.restore(instance);
    if (instance.task_state === 'deleting') await finishDelete(instance, host);
    else if (instance.vm_state === 'building') await failInterrupted(instance, host);
    else await takeUpAct(instance, host);
  }
}

/** Takes up deletes that nobody is at any more: the network or the conductor did not answer when they were tried. */
export async function finishPendingDeletes(host: ComputeHost): Promise<void> {
  for (const instance of await host.conductor.instance_get_all_by_host(adminContext(), host.name)) {
    if (instance.task_state === 'deleting' && !host.locks.isHeld(instance.uuid)) await finishDelete(instance, host);
  }
}

async function finishDelete(instance: Instance, host: ComputeHost): Promise<void> {
  host.log.warn({ instance_uuid: instance.uuid, on: host.name }, 'finishing a delete that was cut off');
  try {
    await host.locks.run(instance.uuid, () => terminateInstance(adminContext(), instance, host));
  } catch (err) {
    host.log.warn({ instance_uuid: instance.uuid, err }, 'delete could not be finished, trying again later');
  }
}

async function failInterrupted(instance: Instance, host: ComputeHost): Promise<void> {
  const why = new BuildAborted(instance.uuid, `the build was cut off when ${host.name} was started anew.`);
  try {
    await failBuild(adminContext(), instance, host, { isTaken: true }, why);
  } catch (err) {
    host.log.warn({ instance_uuid: instance.uuid, err }, 'interrupted build could not be failed, a conductor will');
  }
}
