import type { HostState } from '../host-state.ts';
import { buildFailureWeigher } from './build-failure.ts';
import { cpuWeigher } from './cpu.ts';
import { ramWeigher } from './ram.ts';
import type { HostWeigher } from './weigher.ts';

export const WEIGHERS: readonly HostWeigher[] = [ramWeigher, cpuWeigher, buildFailureWeigher];

/**
 * Orders hosts best first. Each weigher's raw weights are scaled to 0…1 over the hosts at hand, multiplied and summed
 * (nova/weights.py, normalize); equal hosts stay in the order of their names, so that a pick can be foretold.
 */
export function weighHosts(
  hosts: readonly HostState[],
  weighers: readonly HostWeigher[] = WEIGHERS,
): readonly HostState[] {
  if (hosts.length < 2) return hosts;
  const weights = new Map(hosts.map((host) => [host, 0]));
  for (const weigher of weighers) {
    const raw = hosts.map((host) => weigher.weigh(host));
    const low = raw.reduce((a, b) => Math.min(a, b));
    const spread = raw.reduce((a, b) => Math.max(a, b)) - low;
    if (spread === 0) continue;
    hosts.forEach((host, i) => {
      weights.set(host, (weights.get(host) ?? 0) + (weigher.multiplier * ((raw[i] ?? low) - low)) / spread);
    });
  }
  return hosts.toSorted((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || (a.host < b.host ? -1 : 1));
}
