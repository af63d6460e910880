import type { Flavor } from '@novasim/cloud';
import type { ComputeLinks } from './links.ts';

/** The short form of a list. */
export function flavorIndex({ flavorid, name }: Flavor, links: ComputeLinks) {
  return { id: flavorid, name, links: links.both('flavors', flavorid) };
}

/** The whole flavor, as shown below 2.55. */
export function flavorDetail(flavor: Flavor, links: ComputeLinks) {
  return {
    id: flavor.flavorid,
    name: flavor.name,
    ram: flavor.memory_mb,
    disk: flavor.root_gb,
    swap: flavor.swap === 0 ? ('' as const) : flavor.swap,
    'OS-FLV-EXT-DATA:ephemeral': flavor.ephemeral_gb,
    'OS-FLV-DISABLED:disabled': flavor.disabled,
    vcpus: flavor.vcpus,
    'os-flavor-access:is_public': flavor.is_public,
    rxtx_factor: flavor.rxtx_factor,
    links: links.both('flavors', flavor.flavorid),
  };
}
