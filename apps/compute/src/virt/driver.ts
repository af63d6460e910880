import type { Instance, InstanceUuid, PowerState, Vif } from '@novasim/cloud';

/** What a compute host asks of a hypervisor (nova/virt/driver.py, cut to what is served). */
export interface VirtDriver {
  /**
   * Makes and starts a guest; resolves when it runs.
   * @throws SpawnFailed when the hypervisor could not; the signal's reason when it aborts, leaving no guest.
   */
  spawn(instance: Instance, vifs: readonly Vif[], signal: AbortSignal): Promise<void>;
  /** Stops and removes a guest; no error when there is none. */
  destroy(uuid: InstanceUuid): Promise<void>;
  /** What a guest is; `pending` (0) where there is none. */
  powerState(uuid: InstanceUuid): PowerState;
  /**
   * Makes a guest run, stand still, sleep or stop.
   * @throws GuestNotFound
   */
  setPower(uuid: InstanceUuid, power: PowerState): Promise<void>;
  /**
   * Stops a guest in whatever way, and starts it.
   * @throws GuestNotFound
   */
  reboot(uuid: InstanceUuid): Promise<void>;
  /** Puts a guest back, as it was before the host was started anew. */
  restore(instance: Instance): void;
  /** The guests that are here, whether they run or not. */
  guests(): readonly InstanceUuid[];
}

/** The hypervisor could not start the guest: the build may be tried on another host. */
export class SpawnFailed extends Error {
  override readonly name = 'SpawnFailed';

  constructor(uuid: InstanceUuid, reason: string) {
    super(`Failed to spawn instance ${uuid}: ${reason}`);
  }
}

/** The hypervisor knows no such guest. */
export class GuestNotFound extends Error {
  override readonly name = 'GuestNotFound';

  constructor(uuid: InstanceUuid) {
    super(`The hypervisor has no guest of instance ${uuid}.`);
  }
}
