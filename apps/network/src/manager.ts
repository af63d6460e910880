import type { InstanceUuid, Port, Vif } from '@novasim/cloud';
import { expectedErrors, type RequestContext } from '@novasim/rpc';
import {
  type AllocateArgs,
  type DeallocateArgs,
  FixedIpAlreadyInUse,
  InstanceNotFound,
  type NetworkEndpoint,
  NetworkNotFound,
  NoMoreFixedIps,
  NovaError,
  networkSignatures,
} from '@novasim/rpcapi';
import type { Logger } from '@novasim/service';
import {
  AddressInUse,
  AddressOutOfRange,
  InstanceNotBuilding,
  NetworkNotFound as NetworkNotInStore,
  NoMoreAddresses,
  type Store,
} from '@novasim/store';

/** Networks, ports, addresses. What it answers is in `@novasim/rpcapi`. */
export class NetworkManager implements NetworkEndpoint {
  static {
    // Part of the contract: callers go on from these, so the log need not warn of them.
    expectedErrors([NovaError], NetworkManager.prototype.allocate_for_instance);
  }

  readonly endpointTarget = { version: '1.0' };
  readonly signatures = networkSignatures;
  readonly #store: Store;
  readonly #log: Logger;

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * A port on each network that was asked for, in place of those that the instance has: a build that comes from another host,
   * or a request that is delivered twice, would add to them. The store refuses when the instance is no build any more.
   */
  async allocate_for_instance(ctx: RequestContext, args: AllocateArgs): Promise<readonly Vif[]> {
    const { instance_uuid, project_id, requested_networks: requested } = args;
    const ports = await this.#store.networks
      .allocateAll({ instance_uuid, project_id, requested })
      .catch((error: unknown) => Promise.reject(asNova(error, instance_uuid)));
    for (const port of ports) this.#logPort(ctx, port, 'address allocated');
    const vifs = await this.#store.networks.vifs([instance_uuid]);
    return vifs.get(instance_uuid) ?? [];
  }

  async deallocate_for_instance(ctx: RequestContext, { instance_uuid }: DeallocateArgs): Promise<void> {
    const freed = await this.#store.networks.deallocate(instance_uuid);
    if (freed > 0) this.#log.info({ request_id: ctx['request_id'], instance_uuid, freed }, 'addresses freed');
  }

  #logPort(ctx: RequestContext, { device_id, ip_address, mac_address, network_id }: Port, what: string): void {
    const fields = { request_id: ctx['request_id'], instance_uuid: device_id, ip_address, mac_address, network_id };
    this.#log.info(fields, what);
  }
}

/** The store's errors in the words that travel. */
function asNova(error: unknown, instance: InstanceUuid): unknown {
  if (error instanceof NoMoreAddresses) return new NoMoreFixedIps(error.network);
  if (error instanceof NetworkNotInStore) return new NetworkNotFound(error.networkId);
  if (error instanceof AddressInUse || error instanceof AddressOutOfRange) {
    return new FixedIpAlreadyInUse(error.address, error.message);
  }
  if (error instanceof InstanceNotBuilding) return new InstanceNotFound(instance);
  return error;
}
