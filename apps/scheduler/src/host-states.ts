import { addResources, type Capabilities, type HostName, type Resources, subtractResources } from '@novasim/cloud';
import { ValueError } from '@novasim/rpc';
import type { Store } from '@novasim/store';
import type { HostState } from './host-state.ts';

/**
 * The scheduler's picture of the hosts. Sizes and claims come from the store, liveness and failures also from what the
 * hosts fan out. It is a hint that may be stale: the claim in the store decides, and whoever finds no host asks
 * `refresh()` before giving up.
 */
export class HostStates {
  #hosts = new Map<HostName, HostState>();
  readonly #told = new Map<HostName, Told>();
  readonly #store: Store;
  readonly #now: () => number;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  all(): readonly HostState[] {
    return [...this.#hosts.values()];
  }

  /**
   * Takes in one host's fanned-out capabilities. A host that the store does not know yet waits for the next refresh.
   * @throws {ValueError} naming the field when they are not what a host fans out; the picture stays as it was.
   */
  heard(host: HostName, capabilities: Capabilities): void {
    const told = readTold(capabilities, this.#now());
    this.#told.set(host, told);
    const known = this.#hosts.get(host);
    if (known !== undefined) this.#hosts.set(host, withTold(known, told));
  }

  /** Notes room that is about to be claimed, so that requests which run at the same time spread. */
  consume(host: HostName, resources: Resources): void {
    this.#adjust(host, (used) => addResources(used, resources));
  }

  /** Takes a note back: the claim was refused. */
  giveBack(host: HostName, resources: Resources): void {
    this.#adjust(host, (used) => subtractResources(used, resources));
  }

  /** Reads the store anew. Callers who come while it reads share one further read that begins after it. */
  refresh(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#read().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#queued ??= this.#running
      .catch(() => undefined) // its own callers have been told; the next read stands for itself
      .then(() => {
        this.#queued = undefined;
        return this.refresh();
      });
    return this.#queued;
  }

  async #read(): Promise<void> {
    const [nodes, services] = await Promise.all([
      this.#store.hosts.nodes(),
      this.#store.hosts.services({ binary: 'nova-compute' }),
    ]);
    const serviceOf = new Map(services.map((service) => [service.host, service]));
    const hosts = new Map<HostName, HostState>();
    for (const node of nodes) {
      const service = serviceOf.get(node.host);
      const state: HostState = {
        host: node.host,
        nodename: node.hypervisor_hostname,
        total: node.total,
        used: node.used,
        availability_zone: node.availability_zone,
        running_vms: node.running_vms,
        failed_builds: 0,
        disabled: service?.disabled ?? true,
        last_seen_ms: service?.last_seen_ms ?? 0,
      };
      const told = this.#told.get(node.host);
      hosts.set(node.host, told === undefined ? state : withTold(state, told));
    }
    this.#hosts = hosts;
  }

  #adjust(host: HostName, change: (used: Resources) => Resources): void {
    const state = this.#hosts.get(host);
    if (state !== undefined) this.#hosts.set(host, { ...state, used: change(state.used) });
  }
}

/** What is kept of what a host said. */
interface Told {
  readonly running_vms: number;
  readonly failed_builds: number;
  readonly enabled: boolean;
  /** When it was heard here: hosts whose clocks differ must not look dead or alive by that. */
  readonly heard_ms: number;
}

function readTold(capabilities: Capabilities | null, heard_ms: number): Told {
  const { running_vms, failed_builds, enabled } = capabilities ?? {};
  if (!Number.isInteger(running_vms))
    throw new ValueError(`capabilities.running_vms ${String(running_vms)} is no number`);
  if (!Number.isInteger(failed_builds)) {
    throw new ValueError(`capabilities.failed_builds ${String(failed_builds)} is no number`);
  }
  if (typeof enabled !== 'boolean')
    throw new ValueError(`capabilities.enabled ${String(enabled)} is not true or false`);
  return { running_vms: Number(running_vms), failed_builds: Number(failed_builds), enabled, heard_ms };
}

/** What a host says of itself overrides the store where it is newer; what is taken of it stays the store's to say. */
function withTold(state: HostState, told: Told): HostState {
  return {
    ...state,
    running_vms: told.running_vms,
    failed_builds: told.failed_builds,
    disabled: state.disabled || !told.enabled,
    last_seen_ms: Math.max(state.last_seen_ms, told.heard_ms),
  };
}
