import type { InstanceUpdates, TaskState, Vif, VmState } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import type { BuildAndRunArgs } from '@novasim/rpcapi';
import { instancePayload } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';
import { SpawnFailed } from '../virt/driver.ts';
import { isActiveHere } from './is-active-here.ts';
import { whileRenewing } from './renew-build.ts';
import { BuildAborted, failBuild, handBack, isOvertaken, leaveAlone, type Progress } from './unwind-build.ts';

/**
 * A build on this host, step by step as a real Nova records it: taken on, networking, block_device_mapping, spawning, active.
 * Each step is saved by compare-and-swap on the task before it, so that a build that was failed or deleted meanwhile stops at
 * its next step. What ends it otherwise: a hypervisor that fails hands it back for another host, anything else fails it.
 */
export async function buildInstance(ctx: RequestContext, args: BuildAndRunArgs, host: ComputeHost): Promise<void> {
  const { instance } = args;
  const fields = { request_id: ctx['request_id'], instance_uuid: instance.uuid, on: host.name };
  const started = performance.now();
  const progress: Progress = { isTaken: false };
  try {
    await whileRenewing(ctx, instance, host, (signal) => build(ctx, args, host, progress, signal));
    host.tracker.buildSucceeded();
    host.log.info({ ...fields, ms: Math.round(performance.now() - started) }, 'instance spawned');
  } catch (error) {
    if (isOvertaken(error)) return leaveAlone(ctx, instance, host, progress, error);
    host.tracker.buildFailed();
    if (error instanceof SpawnFailed) await handBack(ctx, args, host, progress, error);
    else await failBuild(ctx, instance, host, progress, error);
  }
}

async function build(
  ctx: RequestContext,
  args: BuildAndRunArgs,
  host: ComputeHost,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { instance } = args;
  const save = (updates: InstanceUpdates, expected_task_state: readonly (TaskState | null)[]) =>
    host.conductor.instance_update(ctx, {
      instance_uuid: instance.uuid,
      updates,
      expected_task_state,
      expected_vm_state: BUILDING,
    });

  const { name, availabilityZone: availability_zone } = host;
  const taken = { host: name, node: args.node, availability_zone, task_state: null } as const;
  await save(taken, ['scheduling']);
  progress.isTaken = true;
  host.notifications.info(ctx, 'compute.instance.create.start', instancePayload({ ...instance, ...taken }));
  host.tracker.claim(instance);
  await save({ task_state: 'networking' }, [null]);
  const vifs = await allocateNetworks(ctx, args, host);
  await save({ task_state: 'block_device_mapping' }, ['networking']);
  await save({ task_state: 'spawning' }, ['block_device_mapping']);
  await host.driver.spawn(instance, vifs, signal);
  const launched_at = new Date().toISOString();
  const active = { vm_state: 'active', task_state: null } as const;
  try {
    await save({ ...active, power_state: 1, launched_at }, ['spawning']);
  } catch (error) {
    // The save may have happened and only its answer got lost: then the guest is the user's and nothing is given back.
    if (!(await isActiveHere(ctx, instance, host))) throw error;
  }
  const ended = { ...instancePayload({ ...instance, ...taken, ...active }), message: 'Success' } as const;
  host.notifications.info(ctx, 'compute.instance.create.end', ended);
}

const BUILDING: readonly VmState[] = ['building'];

/** Nova's words when no network can be had (compute/manager.py, _build_and_run_instance): another host would not help. */
async function allocateNetworks(
  ctx: RequestContext,
  { instance, requested_networks }: BuildAndRunArgs,
  host: ComputeHost,
): Promise<readonly Vif[]> {
  try {
    return await host.network.allocate_for_instance(ctx, {
      instance_uuid: instance.uuid,
      project_id: instance.project_id,
      host: host.name,
      requested_networks,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BuildAborted(instance.uuid, `Failed to allocate the network(s) with error ${reason}, not rescheduling.`, {
      cause: error,
    });
  }
}
