import type { HostName, InstanceUuid, ProjectId, RequestedNetwork, Vif } from '@novasim/cloud';
import { type RequestContext, RpcClient, type Signatures, type Transport } from '@novasim/rpc';

export const NETWORK_TOPIC = 'network';
export const NETWORK_VERSION = '1.0';

/** What the network service answers, named as nova-network named it. 1.0 allocate_for_instance, deallocate_for_instance. */
export interface NetworkEndpoint {
  /** One port for each network asked for: all or none. Fails with NetworkNotFound, NoMoreFixedIps, FixedIpAlreadyInUse. */
  allocate_for_instance(ctx: RequestContext, args: AllocateArgs): Promise<readonly Vif[]>;
  /** Frees every port of the instance; no error when there is none. */
  deallocate_for_instance(ctx: RequestContext, args: DeallocateArgs): Promise<void>;
}

export interface AllocateArgs {
  readonly instance_uuid: InstanceUuid;
  readonly project_id: ProjectId;
  readonly host: HostName;
  readonly requested_networks: readonly RequestedNetwork[];
}

export interface DeallocateArgs {
  readonly instance_uuid: InstanceUuid;
  readonly project_id: ProjectId;
  /** Where it ran; null when it never reached a host. */
  readonly host: HostName | null;
}

export const networkSignatures: Signatures<NetworkEndpoint> = {
  allocate_for_instance: ['instance_uuid', 'project_id', 'host', 'requested_networks'],
  deallocate_for_instance: ['instance_uuid', 'project_id', 'host'],
};

/** The network service, as its callers see it. */
export class NetworkAPI {
  readonly #client: RpcClient<NetworkEndpoint>;

  constructor(transport: Transport) {
    this.#client = new RpcClient(transport, { topic: NETWORK_TOPIC, version: NETWORK_VERSION });
  }

  /** Call: resolves with the interfaces that were made. */
  allocate_for_instance(ctx: RequestContext, args: AllocateArgs): Promise<readonly Vif[]> {
    return this.#client.call(ctx, 'allocate_for_instance', args);
  }

  deallocate_for_instance(ctx: RequestContext, args: DeallocateArgs): Promise<void> {
    return this.#client.call(ctx, 'deallocate_for_instance', args);
  }
}
