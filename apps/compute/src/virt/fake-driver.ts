import { setTimeout as after } from 'node:timers/promises';
import type { HostName, Instance, InstanceUuid, PowerState, Vif } from '@novasim/cloud';
import type { HypervisorTrouble } from '@novasim/rpcapi';
import { NO_TROUBLE, type Troubled } from '@novasim/service';
import { GuestNotFound, SpawnFailed, type VirtDriver } from './driver.ts';

export interface FakeDriverOptions {
  readonly host: HostName;
  /** How long a guest takes to start, and by how much that varies up and down, milliseconds. */
  readonly spawnMs: number;
  readonly spawnJitterMs: number;
  /** How long a guest takes to stop, milliseconds. */
  readonly destroyMs: number;
  /** Share of spawns that fail, 0 to 1. */
  readonly failRate: number;
  /** 0 to 1; decides jitter and failures. */
  readonly random: () => number;
  /** Waits; rejects with the signal's reason. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A hypervisor that runs nothing: it keeps a list of guests and what each is, and takes as long and fails as often as it is told. */
export class FakeDriver implements VirtDriver, Troubled {
  /** What the lab does to it, beside what the options say. */
  trouble: HypervisorTrouble = NO_TROUBLE;
  readonly #guests = new Map<InstanceUuid, PowerState>();
  readonly #options: FakeDriverOptions;
  readonly #wait: (ms: number, signal?: AbortSignal) => Promise<void>;

  constructor(options: FakeDriverOptions) {
    this.#options = options;
    this.#wait = options.wait ?? waitFor;
  }

  async spawn(instance: Instance, _vifs: readonly Vif[], signal: AbortSignal): Promise<void> {
    const { host, failRate, random } = this.#options;
    await this.#wait(this.#startMs(), signal);
    if (this.#isToFail() || random() < Math.max(failRate, this.trouble.fail_rate))
      throw new SpawnFailed(instance.uuid, `the hypervisor of ${host} was told to fail`);
    this.#guests.set(instance.uuid, RUNNING);
  }

  /** Counts down the spawns that the lab told to fail. */
  #isToFail(): boolean {
    const { fail_next } = this.trouble;
    if (fail_next > 0) this.trouble = { ...this.trouble, fail_next: fail_next - 1 };
    return fail_next > 0;
  }

  async destroy(uuid: InstanceUuid): Promise<void> {
    if (!this.#guests.has(uuid)) return;
    await this.#wait(this.#options.destroyMs);
    this.#guests.delete(uuid);
  }

  powerState(uuid: InstanceUuid): PowerState {
    return this.#guests.get(uuid) ?? 0;
  }

  /** Off and on take the time that a guest needs for it; to stand still and to sleep it needs none. */
  async setPower(uuid: InstanceUuid, power: PowerState): Promise<void> {
    const before = this.#guests.get(uuid);
    if (before === undefined) throw new GuestNotFound(uuid);
    if (before === power) return;
    if (power === SHUT_DOWN) await this.#wait(this.#options.destroyMs + this.trouble.slow_ms);
    if (before === SHUT_DOWN) await this.#wait(this.#startMs());
    this.#guests.set(uuid, power);
  }

  async reboot(uuid: InstanceUuid): Promise<void> {
    await this.setPower(uuid, SHUT_DOWN);
    await this.setPower(uuid, RUNNING);
  }

  restore({ uuid, power_state }: Instance): void {
    this.#guests.set(uuid, power_state);
  }

  guests(): readonly InstanceUuid[] {
    return [...this.#guests.keys()];
  }

  #startMs(): number {
    const { spawnMs, spawnJitterMs, random } = this.#options;
    return spawnMs + spawnJitterMs * (2 * random() - 1) + this.trouble.slow_ms;
  }
}

const RUNNING: PowerState = 1;
const SHUT_DOWN: PowerState = 4;

async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms > 0) await after(ms, undefined, signal && { signal });
  else signal?.throwIfAborted();
}
