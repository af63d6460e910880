import { isServiceUp } from '@novasim/cloud';
import type { HostFilter } from './filter.ts';

/** The host's service is enabled and has reported lately (scheduler/filters/compute_filter.py). */
export const computeFilter: HostFilter = {
  name: 'ComputeFilter',
  passes: (host, _request, { nowMs, serviceDownMs }) => !host.disabled && isServiceUp(host, nowMs, serviceDownMs),
};
