import type { Instance, InstanceUuid, Vif } from '@novasim/cloud';

/** What a compute host asks of a hypervisor (nova/virt/driver.py, cut to what is served). */
export interface VirtDriver {
  /**
   * Makes and starts a guest; resolves when it runs.
   * @throws SpawnFailed when the hypervisor could not; the signal's reason when it aborts, leaving no guest.
   */
  spawn(instance: Instance, vifs: readonly Vif[], signal: AbortSignal): Promise<void>;
  /** Stops and removes a guest; no error when there is none. */
  destroy(uuid: InstanceUuid): Promise<void>;
  /** Puts a guest back that ran before the host was started anew. */
  restore(instance: Instance): void;
  /** The guests that run. */
  guests(): readonly InstanceUuid[];
}

/** The hypervisor could not start the guest: the build may be tried on another host. */
export class SpawnFailed extends Error {
  override readonly name = 'SpawnFailed';

  constructor(uuid: InstanceUuid, reason: string) {
    super(`Failed to spawn instance ${uuid}: ${reason}`);
  }
}
