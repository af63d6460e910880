import type { HostWeigher } from './weigher.ts';

/** Prefers the host with the most free vCPUs (scheduler/weights/cpu.py, multiplier 1.0). */
export const cpuWeigher: HostWeigher = {
  name: 'CPUWeigher',
  multiplier: 1,
  weigh: ({ total, used }) => total.vcpus - used.vcpus,
};
