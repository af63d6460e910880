import type { Instance, InstanceUuid } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import {
  type BuildAndRunArgs,
  InstanceNotFound,
  UnexpectedDeletingTaskStateError,
  UnexpectedTaskStateError,
} from '@novasim/rpcapi';
import { faultPayload, instancePayload } from '@novasim/service';
import type { ComputeHost } from '../compute-host.ts';
import type { SpawnFailed } from '../virt/driver.ts';

/** How far a build has come here. Only what this build took on may be given back: a twin of its message took nothing. */
export interface Progress {
  isTaken: boolean;
}

/** The build cannot succeed on any host (nova/exception.py, BuildAbortException). */
export class BuildAborted extends Error {
  override readonly name = 'BuildAborted';

  constructor(uuid: InstanceUuid, reason: string, options?: ErrorOptions) {
    super(`Build of instance ${uuid} aborted: ${reason}`, options);
  }
}

/** Somebody else has failed, deleted or is deleting the instance: it is no longer this build's to end. */
export function isOvertaken(error: unknown): error is Error {
  return (
    error instanceof InstanceNotFound ||
    error instanceof UnexpectedTaskStateError ||
    error instanceof UnexpectedDeletingTaskStateError
  );
}

/** The instance was failed or deleted while it was being built here: gives back what this build had taken, and says no more. */
export async function leaveAlone(
  ctx: RequestContext,
  instance: Instance,
  host: ComputeHost,
  progress: Progress,
  why: Error,
): Promise<void> {
  if (progress.isTaken) {
    tellFault(ctx, instance, host, why);
    await giveBack(ctx, instance, host);
  }
  const fields = { request_id: ctx['request_id'], instance_uuid: instance.uuid, on: host.name, why: why.message };
  host.log.info(fields, 'build stopped: the instance was changed meanwhile');
}

/** Hands the build back to the conductor for the next alternate (compute/manager.py, RescheduledException). */
export async function handBack(
  ctx: RequestContext,
  args: BuildAndRunArgs,
  host: ComputeHost,
  progress: Progress,
  why: SpawnFailed,
): Promise<void> {
  const { instance } = args;
  const fields = { request_id: ctx['request_id'], instance_uuid: instance.uuid, on: host.name, why: why.message };
  host.log.warn(fields, 'build failed here, handing it back');
  tellFault(ctx, instance, host, why);
  if (progress.isTaken) await giveBack(ctx, instance, host);
  const unplaced = await host.conductor.instance_update(ctx, {
    instance_uuid: instance.uuid,
    updates: { host: null, node: null, task_state: 'scheduling' },
    expected_task_state: ['spawning'],
    expected_vm_state: ['building'],
  });
  await host.computeTask.build_instances(ctx, {
    instances: [unplaced],
    image: args.image,
    filter_properties: args.filter_properties,
    admin_password: args.admin_password,
    injected_files: args.injected_files,
    requested_networks: args.requested_networks,
    security_groups: args.security_groups,
    host_lists: [args.host_list],
  });
}

/**
 * Ends the build in ERROR with a fault, its addresses and its claim given back first. Should the conductor not answer, the
 * build counts as lost after a while and a conductor ends it.
 */
export async function failBuild(
  ctx: RequestContext,
  instance: Instance,
  host: ComputeHost,
  progress: Progress,
  why: unknown,
): Promise<void> {
  const error = why instanceof BuildAborted ? why : new BuildAborted(instance.uuid, messageOf(why), { cause: why });
  host.log.warn(
    { request_id: ctx['request_id'], instance_uuid: instance.uuid, on: host.name, err: why },
    'build failed',
  );
  tellFault(ctx, instance, host, error);
  if (progress.isTaken) await giveBack(ctx, instance, host);
  await host.conductor.instance_update(ctx, {
    instance_uuid: instance.uuid,
    updates: { vm_state: 'error', task_state: null, power_state: 0, host: null, node: null },
    expected_vm_state: ['building', 'active'],
    fault: { code: 500, message: error.message, details: error.stack ?? error.message },
    release_claim: true,
  });
}

function tellFault(ctx: RequestContext, instance: Instance, host: ComputeHost, why: Error): void {
  const here = { ...instancePayload(instance), host: host.name };
  host.notifications.error(ctx, 'compute.instance.create.error', { ...here, ...faultPayload(why) });
}

/** Removes guest, addresses and bookkeeping. What the network cannot free now, a conductor finds later. */
async function giveBack(ctx: RequestContext, instance: Instance, host: ComputeHost): Promise<void> {
  await host.driver.destroy(instance.uuid);
  try {
    await host.network.deallocate_for_instance(ctx, {
      instance_uuid: instance.uuid,
      project_id: instance.project_id,
      host: host.name,
    });
  } catch (err) {
    host.log.warn({ request_id: ctx['request_id'], instance_uuid: instance.uuid, err }, 'addresses could not be freed');
  }
  host.tracker.release(instance.uuid);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
