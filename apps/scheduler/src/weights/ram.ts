import type { HostWeigher } from './weigher.ts';

/** Prefers the host with the most free memory: spreads (scheduler/weights/ram.py, multiplier 1.0). */
export const ramWeigher: HostWeigher = {
  name: 'RAMWeigher',
  multiplier: 1,
  weigh: ({ total, used }) => total.memory_mb - used.memory_mb,
};
