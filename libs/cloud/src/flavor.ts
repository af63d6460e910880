import type { Resources } from './resources.ts';

/** A size of instance. The copy inside an instance is what it was booted with, whatever happens to the flavor later. */
export interface Flavor {
  /** Free text, unique: what REST calls the id. */
  readonly flavorid: string;
  readonly name: string;
  readonly vcpus: number;
  readonly memory_mb: number;
  /** Root disk, GiB. */
  readonly root_gb: number;
  /** Second disk, GiB. */
  readonly ephemeral_gb: number;
  /** MiB. */
  readonly swap: number;
  readonly rxtx_factor: number;
  readonly is_public: boolean;
  readonly disabled: boolean;
  readonly description: string | null;
  readonly extra_specs: Readonly<Record<string, string>>;
}

/** What an instance of this flavor takes from its host. Swap is on the root disk, so it counts in whole GiB, rounded up. */
export function resourcesOf(flavor: Flavor): Resources {
  return {
    vcpus: flavor.vcpus,
    memory_mb: flavor.memory_mb,
    local_gb: flavor.root_gb + flavor.ephemeral_gb + Math.ceil(flavor.swap / 1024),
  };
}
