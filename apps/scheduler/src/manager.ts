import { type InstanceUuid, resourcesOf } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import {
  type CapabilitiesArgs,
  type ComputeTaskAPI,
  type RunInstanceArgs,
  type SchedulerEndpoint,
  type Selection,
  schedulerSignatures,
} from '@novasim/rpcapi';
import type { Logger, Notifications, SelectionPayload, ToldInstances } from '@novasim/service';
import type { Instances } from '@novasim/store';
import type { HostStates } from './host-states.ts';
import { type SelectDeps, type SelectOutcome, selectHost } from './select-host.ts';
import { NO_VALID_HOST, noValidHostPayload, selectedPayload, selectionPayload } from './verdict-payloads.ts';

export interface SchedulerDeps extends SelectDeps {
  readonly hostStates: HostStates;
  /** Those of the store, for what is written. */
  readonly instances: ToldInstances<Instances>;
  readonly conductor: ComputeTaskAPI;
  readonly notifications: Notifications;
  readonly log: Logger;
}

/** Picks hosts. What it answers is in `@novasim/rpcapi`. */
export class SchedulerManager implements SchedulerEndpoint {
  readonly endpointTarget = { version: '1.0' };
  readonly signatures = schedulerSignatures;
  readonly #deps: SchedulerDeps;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /**
   * A host for each instance of the request, claimed; then one cast to the conductor with all that found one. As in the
   * classic scheduler an instance that finds none fails alone (scheduler/filter_scheduler.py, schedule_run_instance).
   */
  async run_instance(ctx: RequestContext, args: RunInstanceArgs): Promise<void> {
    const { request_spec: spec, filter_properties } = args;
    const wanted = {
      resources: resourcesOf(spec.instance_type),
      availability_zone: spec.instance_properties.availability_zone,
      tried: filter_properties.retry?.hosts ?? [],
      ...(filter_properties.force_hosts && { force_hosts: filter_properties.force_hosts }),
    };
    const placed = new Map<InstanceUuid, readonly Selection[]>();
    for (const uuid of spec.instance_uuids) {
      const asked = selectionPayload(uuid, spec, wanted.tried);
      this.#deps.notifications.info(ctx, 'scheduler.select_destinations.start', asked);
      const selected = await this.#select(uuid, wanted);
      if (selected.outcome === 'selected') {
        placed.set(uuid, selected.hosts);
        this.#deps.notifications.info(ctx, 'scheduler.select_destinations.end', selectedPayload(asked, selected));
      } else if (selected.outcome === 'no_valid_host') await this.#noValidHost(ctx, asked, selected);
      else if (selected.outcome === 'gone')
        this.#deps.log.info(
          { request_id: ctx['request_id'], instance_uuid: uuid },
          'instance gone before a host was found',
        );
    }
    if (placed.size === 0) return;

    const found = await this.#deps.store.instances.list({ uuids: [...placed.keys()], vm_states: ['building'] });
    const instances = found.toSorted((a, b) => a.launch_index - b.launch_index);
    await this.#deps.conductor.build_instances(ctx, {
      instances,
      image: spec.image,
      filter_properties,
      admin_password: args.admin_password,
      injected_files: args.injected_files,
      requested_networks: args.requested_networks,
      security_groups: spec.security_groups,
      host_lists: instances.map(({ uuid }) => placed.get(uuid) ?? []),
    });
  }

  async update_service_capabilities(_ctx: RequestContext, { host, capabilities }: CapabilitiesArgs): Promise<void> {
    this.#deps.hostStates.heard(host, capabilities);
  }

  /** A store that fails for one instance must not cost the others their claims; that one is found as a lost build. */
  async #select(uuid: InstanceUuid, wanted: Parameters<typeof selectHost>[1]): Promise<SelectOutcome> {
    try {
      return await selectHost(uuid, wanted, this.#deps);
    } catch (err) {
      this.#deps.log.error({ instance_uuid: uuid, err }, 'no host could be looked for');
      return { outcome: 'unknown' };
    }
  }

  async #noValidHost(
    ctx: RequestContext,
    asked: SelectionPayload,
    verdict: Extract<SelectOutcome, { outcome: 'no_valid_host' }>,
  ): Promise<void> {
    const { instance_id: instance_uuid } = asked;
    const { why } = verdict;
    const fault = { code: 500, message: NO_VALID_HOST, details: why };
    await this.#deps.instances.save(
      ctx,
      instance_uuid,
      { vm_state: 'error', task_state: null },
      { expected: { vm_state: ['building'] }, fault, release_claim: true },
    );
    this.#deps.notifications.error(ctx, 'scheduler.run_instance', noValidHostPayload(asked, verdict));
    this.#deps.log.warn({ request_id: ctx['request_id'], instance_uuid, why }, 'no valid host was found');
  }
}
