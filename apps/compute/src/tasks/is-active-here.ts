import type { Instance } from '@novasim/cloud';
import { MessagingError, type RequestContext } from '@novasim/rpc';
import { InstanceNotFound } from '@novasim/rpcapi';
import type { ComputeHost } from '../compute-host.ts';

/**
 * Whether the conductor has the instance as ACTIVE on this host. Asks until it is answered, because giving a guest back
 * that is ACTIVE would be worse than waiting; ends with the host, which looks again when it starts anew.
 */
export async function isActiveHere(ctx: RequestContext, instance: Instance, host: ComputeHost): Promise<boolean> {
  for (;;) {
    try {
      const found = await host.conductor.instance_get_by_uuid(ctx, instance.uuid);
      return found.vm_state === 'active' && found.host === host.name;
    } catch (error) {
      if (error instanceof InstanceNotFound) return false;
      if (!(error instanceof MessagingError && error.retryable)) throw error;
      host.log.warn(
        { instance_uuid: instance.uuid, why: error.message },
        'asking again whether the instance is active',
      );
    }
  }
}
