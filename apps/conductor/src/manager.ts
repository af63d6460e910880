import { type ComputeNode, type HostName, type Instance, type InstanceUuid, stateFault } from '@novasim/cloud';
import { expectedErrors, type RequestContext, ValueError } from '@novasim/rpc';
import {
  type ComputeNodeUpdateArgs,
  type ConductorEndpoint,
  conductorSignatures,
  InstanceNotFound,
  type InstanceUpdateArgs,
  NovaError,
  type ServiceUpdateArgs,
  UnexpectedDeletingTaskStateError,
  UnexpectedTaskStateError,
} from '@novasim/rpcapi';
import type { Logger, ToldInstances } from '@novasim/service';
import type { Expected, Instances, Store } from '@novasim/store';

export interface ConductorDeps {
  readonly store: Store;
  /** Those of the store, for what is written. */
  readonly instances: ToldInstances<Instances>;
  readonly log: Logger;
}

/** The database for those who may not touch it. What it answers is in `@novasim/rpcapi`. */
export class ConductorManager implements ConductorEndpoint {
  static {
    // Part of the contract: callers go on from these, so the log need not warn of them.
    expectedErrors([NovaError], ConductorManager.prototype.instance_update);
    expectedErrors([NovaError], ConductorManager.prototype.instance_get_by_uuid);
  }

  readonly endpointTarget = { version: '1.0' };
  readonly signatures = conductorSignatures;
  readonly #store: Store;
  readonly #instances: ToldInstances<Instances>;
  readonly #log: Logger;

  constructor({ store, instances, log }: ConductorDeps) {
    this.#store = store;
    this.#instances = instances;
    this.#log = log;
  }

  async instance_update(ctx: RequestContext, args: InstanceUpdateArgs): Promise<Instance> {
    const fault = stateFault(args.updates);
    if (fault !== undefined) throw new ValueError(fault);
    const expected = expectation(args);
    const saved = await this.#instances.save(ctx, args.instance_uuid, args.updates, {
      ...(expected && { expected }),
      ...(args.fault && { fault: args.fault }),
      ...(args.release_claim && { release_claim: true }),
    });
    if (saved.outcome === 'missing') throw new InstanceNotFound(args.instance_uuid);
    if (saved.outcome === 'unexpected') throw conflict(args, saved.instance);
    const { vm_state, task_state, host } = saved.instance;
    this.#log.info(
      { request_id: ctx['request_id'], instance_uuid: args.instance_uuid, vm_state, task_state, on: host },
      'state',
    );
    return saved.instance;
  }

  async instance_destroy(ctx: RequestContext, { instance_uuid }: { instance_uuid: InstanceUuid }): Promise<void> {
    const wasThere = await this.#instances.destroy(ctx, instance_uuid);
    if (wasThere) {
      this.#log.info({ request_id: ctx['request_id'], instance_uuid, vm_state: 'deleted', task_state: null }, 'state');
    }
  }

  async instance_get_by_uuid(
    _ctx: RequestContext,
    { instance_uuid }: { instance_uuid: InstanceUuid },
  ): Promise<Instance> {
    const instance = await this.#store.instances.get(instance_uuid);
    if (instance === undefined) throw new InstanceNotFound(instance_uuid);
    return instance;
  }

  instance_get_all_by_host(_ctx: RequestContext, { host }: { host: HostName }): Promise<readonly Instance[]> {
    return this.#store.instances.list({ host });
  }

  async service_update(_ctx: RequestContext, args: ServiceUpdateArgs): Promise<{ disabled: boolean }> {
    // The conductor's clock counts: hosts whose clocks differ must not look dead or alive by that.
    const { disabled } = await this.#store.hosts.report({ ...args, seen_ms: Date.now() });
    return { disabled };
  }

  compute_node_update(_ctx: RequestContext, args: ComputeNodeUpdateArgs): Promise<ComputeNode> {
    return this.#store.hosts.upsertNode(args);
  }
}

function expectation({ expected_task_state, expected_vm_state }: InstanceUpdateArgs): Expected | undefined {
  if (!expected_task_state && !expected_vm_state) return undefined;
  return {
    ...(expected_task_state && { task_state: expected_task_state }),
    ...(expected_vm_state && { vm_state: expected_vm_state }),
  };
}

/** What the save met, told apart as Nova does (objects/instance.py, save): being deleted is a case of its own. */
function conflict(args: InstanceUpdateArgs, found: Instance): Error {
  const expected = JSON.stringify({ task_state: args.expected_task_state, vm_state: args.expected_vm_state });
  const actual = JSON.stringify({ task_state: found.task_state, vm_state: found.vm_state });
  const Conflict = found.task_state === 'deleting' ? UnexpectedDeletingTaskStateError : UnexpectedTaskStateError;
  return new Conflict(args.instance_uuid, expected, actual);
}
