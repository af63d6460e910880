import type { HostFilter } from './filter.ts';

/** Hosts where the build has failed, or where another request was quicker, are passed over; forced hosts exclude all others. */
export const retryFilter: HostFilter = {
  name: 'RetryFilter',
  passes: (host, { ignore_hosts, force_hosts }) =>
    !ignore_hosts.has(host.host) && (force_hosts === undefined || force_hosts.includes(host.host)),
};
