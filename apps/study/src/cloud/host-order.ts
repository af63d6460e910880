import { hostState, type SeenHost } from './seen-cloud.ts';

/** Hosts that are down come first; then by name, or the fullest by whatever they have least of. */
export function inOrder(hosts: readonly SeenHost[], isFullestFirst: boolean): readonly SeenHost[] {
  const isDown = (host: SeenHost) => Number(hostState(host) === 'down');
  return hosts.toSorted((a, b) => isDown(b) - isDown(a) || (isFullestFirst ? shareTaken(b) - shareTaken(a) : 0));
}

/** The greatest share that is taken of anything, 0 to 1. */
function shareTaken({ load = {} }: SeenHost): number {
  return Math.max(
    share(load.vcpus_used, load.vcpus),
    share(load.memory_mb_used, load.memory_mb),
    share(load.local_gb_used, load.local_gb),
  );
}

function share(used = 0, total = 0): number {
  return total === 0 ? 0 : used / total;
}
