import type { HostWeigher } from './weigher.ts';

/**
 * Puts hosts whose builds failed lately behind all others. The multiplier outweighs every other weigher, as Nova's
 * (scheduler/weights/compute.py, build_failure_weight_multiplier 1000000.0).
 */
export const buildFailureWeigher: HostWeigher = {
  name: 'BuildFailureWeigher',
  multiplier: 1_000_000,
  weigh: ({ failed_builds }) => -failed_builds,
};
