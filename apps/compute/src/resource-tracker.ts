import {
  addResources,
  type Instance,
  type InstanceUuid,
  NO_RESOURCES,
  type Resources,
  resourcesOf,
} from '@novasim/cloud';

/** What a host has, and what its instances take of it (nova/compute/resource_tracker.py). In memory: the store counts claims. */
export class ResourceTracker {
  readonly total: Resources;
  readonly #taken = new Map<InstanceUuid, Resources>();
  #failedBuilds = 0;

  constructor(total: Resources) {
    this.total = total;
  }

  /** Counts an instance in; counting it twice is harmless. */
  claim(instance: Pick<Instance, 'uuid' | 'flavor'>): void {
    this.#taken.set(instance.uuid, resourcesOf(instance.flavor));
  }

  release(uuid: InstanceUuid): void {
    this.#taken.delete(uuid);
  }

  get used(): Resources {
    return [...this.#taken.values()].reduce(addResources, NO_RESOURCES);
  }

  get runningVms(): number {
    return this.#taken.size;
  }

  /** Builds that failed here since the last one that went well (stats `failed_builds`). */
  get failedBuilds(): number {
    return this.#failedBuilds;
  }

  buildSucceeded(): void {
    this.#failedBuilds = 0;
  }

  buildFailed(): void {
    this.#failedBuilds += 1;
  }
}
