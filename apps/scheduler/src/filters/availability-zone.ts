import type { HostFilter } from './filter.ts';

/** The host is in the zone that was asked for, or none was. */
export const availabilityZoneFilter: HostFilter = {
  name: 'AvailabilityZoneFilter',
  passes: (host, { availability_zone }) => availability_zone === null || host.availability_zone === availability_zone,
};
