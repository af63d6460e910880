import type { Instance } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import { faultPayload, instancePayload } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';

/**
 * Destroys the guest, frees its addresses, deletes the row, in that order: whoever dies in between leaves an instance that
 * is still `deleting`, and the host takes that up again when it starts and at every look around.
 */
export async function terminateInstance(ctx: RequestContext, instance: Instance, host: ComputeHost): Promise<void> {
  const { notifications } = host;
  notifications.info(ctx, 'compute.instance.delete.start', instancePayload(instance));
  try {
    await terminate(ctx, instance, host);
  } catch (error) {
    const failed = { ...instancePayload(instance), ...faultPayload(error) };
    notifications.error(ctx, 'compute.instance.delete.error', failed);
    throw error;
  }
  const gone = { ...instance, vm_state: 'deleted', task_state: null } as const;
  notifications.info(ctx, 'compute.instance.delete.end', instancePayload(gone));
  host.log.info({ request_id: ctx['request_id'], instance_uuid: instance.uuid, on: host.name }, 'instance terminated');
}

async function terminate(ctx: RequestContext, instance: Instance, host: ComputeHost): Promise<void> {
  await host.driver.destroy(instance.uuid);
  await host.network.deallocate_for_instance(ctx, {
    instance_uuid: instance.uuid,
    project_id: instance.project_id,
    host: host.name,
  });
  await host.conductor.instance_destroy(ctx, instance.uuid);
  host.tracker.release(instance.uuid);
}
