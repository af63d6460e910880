import type { RequestContext } from '@novasim/rpc';
import { COMPUTE_TOPIC } from '@novasim/rpcapi';
import { adminContext } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';

/** Tells the conductor that the host lives, and learns whether it is to take new instances. */
export async function reportState(host: ComputeHost): Promise<void> {
  const { disabled } = await host.conductor.service_update(adminContext(), {
    binary: 'nova-compute',
    host: host.name,
    topic: COMPUTE_TOPIC,
    availability_zone: host.availabilityZone,
  });
  host.isEnabled = !disabled;
}

/** Tells every scheduler what the host has and what is taken. A fanout: whoever does not listen now never hears it. */
export async function publishCapabilities(ctx: RequestContext, host: ComputeHost): Promise<void> {
  await host.scheduler.update_service_capabilities(ctx, {
    service_name: COMPUTE_TOPIC,
    host: host.name,
    capabilities: host.capabilities(Date.now()),
  });
}
