import { type HostName, type Instance, resourcesOf } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import type { BuildInstancesArgs, ComputeAPI, Selection } from '@novasim/rpcapi';
import { instancePayload, type Logger, type Notifications, type ToldInstances } from '@novasim/service';
import type { Instances, Store } from '@novasim/store';

export interface BuildDeps {
  readonly store: Store;
  readonly instances: ToldInstances<Instances>;
  readonly compute: ComputeAPI;
  readonly notifications: Notifications;
  readonly log: Logger;
}

/**
 * Hands one build to its host. The first time the scheduler has claimed the first host of the list; when a build comes back
 * (`filter_properties.retry` names the hosts it failed on), the first alternate that still fits is claimed here. None left:
 * the instance fails (conductor/manager.py, build_instances).
 */
export async function buildInstance(
  ctx: RequestContext,
  instance: Instance,
  hosts: readonly Selection[],
  args: BuildInstancesArgs,
  deps: BuildDeps,
): Promise<void> {
  const { store, compute, log } = deps;
  const tried = args.filter_properties.retry?.hosts ?? [];
  const chosen = tried.length === 0 ? hosts[0] : await claimAlternate(instance, hosts, store);
  if (chosen === 'gone') {
    log.info(
      { request_id: ctx['request_id'], instance_uuid: instance.uuid },
      'instance gone before it was rescheduled',
    );
    return;
  }
  if (chosen === undefined) {
    await failExhausted(ctx, instance, tried, deps);
    log.warn({ request_id: ctx['request_id'], instance_uuid: instance.uuid, tried }, 'no host left to build on');
    return;
  }
  await compute.build_and_run_instance(ctx, chosen.host, {
    instance,
    image: args.image,
    filter_properties: {
      ...args.filter_properties,
      retry: { num_attempts: tried.length + 1, hosts: [...tried, chosen.host] },
    },
    admin_password: args.admin_password,
    injected_files: args.injected_files,
    requested_networks: args.requested_networks,
    security_groups: args.security_groups,
    node: chosen.nodename,
    host_list: hosts.slice(hosts.indexOf(chosen) + 1),
  });
}

async function claimAlternate(
  instance: Instance,
  hosts: readonly Selection[],
  store: Store,
): Promise<Selection | 'gone' | undefined> {
  for (const alternate of hosts) {
    const claim = await store.hosts.claim(instance.uuid, alternate.host, resourcesOf(instance.flavor));
    if (claim === 'claimed') return alternate;
    if (claim === 'gone') return 'gone';
  }
  return undefined;
}

/** Words of MaxRetriesExceeded as a real Nova shows them. */
async function failExhausted(
  ctx: RequestContext,
  instance: Instance,
  tried: readonly HostName[],
  { instances, notifications }: BuildDeps,
): Promise<void> {
  const message = `Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance ${instance.uuid}.`;
  const failed = await instances.save(
    ctx,
    instance.uuid,
    { vm_state: 'error', task_state: null, host: null, node: null },
    {
      expected: { vm_state: ['building'] },
      fault: { code: 500, message, details: `Tried: ${tried.join(', ')}` },
      release_claim: true,
    },
  );
  if (failed.outcome !== 'saved') return;
  const why = { exception: 'MaxRetriesExceeded', message, code: 500 };
  notifications.error(ctx, 'compute_task.build_instances', { ...instancePayload(failed.instance), tried, ...why });
}
