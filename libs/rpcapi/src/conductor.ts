import type { Binary, ComputeNode, HostName, Instance, InstanceUpdates, InstanceUuid, TaskState } from '@novasim/cloud';
import { type RequestContext, RpcClient, type Signatures, type Transport } from '@novasim/rpc';
import type { BuildArgs, ImageRef, Selection } from './build.ts';

export const CONDUCTOR_TOPIC = 'conductor';
export const CONDUCTOR_VERSION = '1.0';
export const COMPUTE_TASK_NAMESPACE = 'compute_task';
export const COMPUTE_TASK_VERSION = '1.0';

/**
 * What a conductor answers for those who may not touch the database: the compute hosts. Names are those of Nova's conductor
 * in its classic era (Havana). 1.0 instance_update, instance_destroy, instance_get_by_uuid, instance_get_all_by_host, service_update,
 * compute_node_update.
 */
export interface ConductorEndpoint {
  /**
   * Saves what changed of an instance. With `expected_task_state` only if its task is one of those (compare-and-swap).
   * Fails with InstanceNotFound, UnexpectedTaskStateError or UnexpectedDeletingTaskStateError. Unlike Nova: a fault and the
   * release of the claim travel along, so that a build fails whole or not at all.
   */
  instance_update(ctx: RequestContext, args: InstanceUpdateArgs): Promise<Instance>;
  /** Marks an instance as deleted and gives its claim back. No error when it is gone already. */
  instance_destroy(ctx: RequestContext, args: { readonly instance_uuid: InstanceUuid }): Promise<void>;
  /** The instance as it is saved. Fails with InstanceNotFound. */
  instance_get_by_uuid(ctx: RequestContext, args: { readonly instance_uuid: InstanceUuid }): Promise<Instance>;
  /** The live instances of a host: what it has to look after when it starts. */
  instance_get_all_by_host(ctx: RequestContext, args: { readonly host: HostName }): Promise<readonly Instance[]>;
  /** A service without a database reports in; answers whether it is disabled. */
  service_update(ctx: RequestContext, args: ServiceUpdateArgs): Promise<{ readonly disabled: boolean }>;
  /** Records the size of a host; made on the first report. */
  compute_node_update(ctx: RequestContext, args: ComputeNodeUpdateArgs): Promise<ComputeNode>;
}

export interface InstanceUpdateArgs {
  readonly instance_uuid: InstanceUuid;
  readonly updates: InstanceUpdates;
  /** Tasks in which the save may happen; null in the list means no task. Absent or null: any. */
  readonly expected_task_state?: readonly (TaskState | null)[] | null;
  readonly expected_vm_state?: readonly Instance['vm_state'][] | null;
  readonly fault?: { readonly code: number; readonly message: string; readonly details: string } | null;
  readonly release_claim?: boolean;
}

export interface ServiceUpdateArgs {
  readonly binary: Binary;
  readonly host: HostName;
  readonly topic: string;
  readonly availability_zone: string;
}

export type ComputeNodeUpdateArgs = Pick<ComputeNode, 'host' | 'hypervisor_hostname' | 'total' | 'availability_zone'>;

export const conductorSignatures: Signatures<ConductorEndpoint> = {
  instance_update: [
    'instance_uuid',
    'updates',
    'expected_task_state?',
    'expected_vm_state?',
    'fault?',
    'release_claim?',
  ],
  instance_destroy: ['instance_uuid'],
  instance_get_by_uuid: ['instance_uuid'],
  instance_get_all_by_host: ['host'],
  service_update: ['binary', 'host', 'topic', 'availability_zone'],
  compute_node_update: ['host', 'hypervisor_hostname', 'total', 'availability_zone'],
};

/** The conductor's half of a boot, in a namespace of its own as in Nova. 1.0 build_instances. */
export interface ComputeTaskEndpoint {
  /**
   * Cast by the scheduler with hosts chosen and the first one claimed; cast again by a compute host whose build failed, with
   * the alternates that are left: then the conductor claims the next one that still fits.
   */
  build_instances(ctx: RequestContext, args: BuildInstancesArgs): Promise<void>;
}

export interface BuildInstancesArgs extends BuildArgs {
  readonly instances: readonly Instance[];
  readonly image: ImageRef;
  readonly security_groups: readonly string[];
  /** For each instance the hosts it may go to, best first. */
  readonly host_lists: readonly (readonly Selection[])[];
}

export const computeTaskSignatures: Signatures<ComputeTaskEndpoint> = {
  build_instances: [
    'instances',
    'image',
    'filter_properties',
    'admin_password',
    'injected_files',
    'requested_networks',
    'security_groups',
    'host_lists',
  ],
};

/** The conductor as a store, as compute hosts see it. */
export class ConductorAPI {
  readonly #client: RpcClient<ConductorEndpoint>;

  constructor(transport: Transport) {
    this.#client = new RpcClient(transport, { topic: CONDUCTOR_TOPIC, version: CONDUCTOR_VERSION });
  }

  /** Call: resolves with the instance as it is after the save. */
  instance_update(ctx: RequestContext, args: InstanceUpdateArgs): Promise<Instance> {
    return this.#client.call(ctx, 'instance_update', args);
  }

  instance_destroy(ctx: RequestContext, instance_uuid: InstanceUuid): Promise<void> {
    return this.#client.call(ctx, 'instance_destroy', { instance_uuid });
  }

  instance_get_by_uuid(ctx: RequestContext, instance_uuid: InstanceUuid): Promise<Instance> {
    return this.#client.call(ctx, 'instance_get_by_uuid', { instance_uuid });
  }

  instance_get_all_by_host(ctx: RequestContext, host: HostName): Promise<readonly Instance[]> {
    return this.#client.call(ctx, 'instance_get_all_by_host', { host });
  }

  service_update(ctx: RequestContext, args: ServiceUpdateArgs): Promise<{ readonly disabled: boolean }> {
    return this.#client.call(ctx, 'service_update', args);
  }

  compute_node_update(ctx: RequestContext, args: ComputeNodeUpdateArgs): Promise<ComputeNode> {
    return this.#client.call(ctx, 'compute_node_update', args);
  }
}

/** The conductor as the one who builds. */
export class ComputeTaskAPI {
  readonly #client: RpcClient<ComputeTaskEndpoint>;

  constructor(transport: Transport) {
    this.#client = new RpcClient(transport, {
      topic: CONDUCTOR_TOPIC,
      namespace: COMPUTE_TASK_NAMESPACE,
      version: COMPUTE_TASK_VERSION,
    });
  }

  /** Cast: resolves once the broker has it. */
  build_instances(ctx: RequestContext, args: BuildInstancesArgs): Promise<void> {
    return this.#client.cast(ctx, 'build_instances', args);
  }
}
