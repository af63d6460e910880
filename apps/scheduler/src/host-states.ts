import { addResources, type Capabilities, type HostName, type Resources, subtractResources } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import type { HostState } from './host-state.ts';

/**
 * The scheduler's picture of the hosts. Sizes and claims come from the store, liveness and failures also from what the
 * hosts fan out. It is a hint that may be stale: the claim in the store decides, and whoever finds no host asks
 * `refresh()` before giving up.
 */
export class HostStates {
  readonly #hosts = new Map<HostName, HostState>();
  readonly #told = new Map<HostName, Capabilities>();
  readonly #store: Store;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  all(): readonly HostState[] {
    return [...this.#hosts.values()];
  }

  /** Takes in one host's fanned-out capabilities. A host that the store does not know yet waits for the next refresh. */
  heard(host: HostName, capabilities: Capabilities): void {
    this.#told.set(host, capabilities);
    const known = this.#hosts.get(host);
    if (known !== undefined) this.#hosts.set(host, withTold(known, capabilities));
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
    this.#hosts.clear();
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
      this.#hosts.set(node.host, told === undefined ? state : withTold(state, told));
    }
  }

  #adjust(host: HostName, change: (used: Resources) => Resources): void {
    const state = this.#hosts.get(host);
    if (state !== undefined) this.#hosts.set(host, { ...state, used: change(state.used) });
  }
}

/** What a host says of itself overrides the store where it is newer; what is taken of it stays the store's to say. */
function withTold(state: HostState, told: Capabilities): HostState {
  return {
    ...state,
    running_vms: told.running_vms,
    failed_builds: told.failed_builds,
    last_seen_ms: Math.max(state.last_seen_ms, told.timestamp_ms),
  };
}
