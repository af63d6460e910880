import type { Circumstances, HostRequest, HostState } from '../host-state.ts';
import { availabilityZoneFilter } from './availability-zone.ts';
import { coreFilter, diskFilter, ramFilter } from './capacity.ts';
import { computeFilter } from './compute.ts';
import type { HostFilter } from './filter.ts';
import { retryFilter } from './retry.ts';

/** In the order in which they are asked: what is cheap and final first, so that a verdict names the plainest reason. */
export const FILTERS: readonly HostFilter[] = [
  retryFilter,
  computeFilter,
  availabilityZoneFilter,
  coreFilter,
  ramFilter,
  diskFilter,
];

/** Hosts that passed, and how many were left after each filter: `RetryFilter: (start: 4, end: 4)` as Nova logs it. */
export interface FilterVerdict {
  readonly hosts: readonly HostState[];
  readonly steps: readonly FilterStep[];
}

export interface FilterStep {
  readonly filter: string;
  readonly start: number;
  readonly end: number;
}

/** Asks one filter after the other; stops when no host is left (filters.py, get_filtered_objects). */
export function filterHosts(
  hosts: readonly HostState[],
  request: HostRequest,
  circumstances: Circumstances,
  filters: readonly HostFilter[] = FILTERS,
): FilterVerdict {
  let left = hosts;
  const steps: FilterStep[] = [];
  for (const filter of filters) {
    const start = left.length;
    left = left.filter((host) => filter.passes(host, request, circumstances));
    steps.push({ filter: filter.name, start, end: left.length });
    if (left.length === 0) break;
  }
  return { hosts: left, steps };
}

/** `Filter results: ['RetryFilter: (start: 2, end: 2)', 'ComputeFilter: (start: 2, end: 0)']`, Nova's own phrase. */
export function describeVerdict(verdict: Pick<FilterVerdict, 'steps'>): string {
  const steps = verdict.steps.map(({ filter, start, end }) => `'${filter}: (start: ${start}, end: ${end})'`);
  return `Filter results: [${steps.join(', ')}]`;
}
