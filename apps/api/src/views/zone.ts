import type { ServiceRecord } from '@novasim/cloud';
import { inMicros } from './times.ts';

type IsUp = (service: ServiceRecord) => boolean;

/** Zones of compute hosts; one is available while it has an enabled host that is up. */
export function zoneIndex(computes: readonly ServiceRecord[], isUp: IsUp) {
  return [...Map.groupBy(computes, (service) => service.availability_zone)].map(([zoneName, services]) => ({
    zoneName,
    zoneState: { available: services.some((service) => !service.disabled && isUp(service)) },
    hosts: null,
  }));
}

/** All zones with their hosts, the one of the controllers too. */
export function zoneDetail(services: readonly ServiceRecord[], isUp: IsUp) {
  return [...Map.groupBy(services, (service) => service.availability_zone)].map(([zoneName, inZone]) => ({
    zoneName,
    zoneState: { available: inZone.some((service) => !service.disabled && isUp(service)) },
    hosts: Object.fromEntries(
      [...Map.groupBy(inZone, (service) => service.host)].map(([host, onHost]) => [
        host,
        Object.fromEntries(onHost.map((service) => [service.binary, activity(service, isUp)])),
      ]),
    ),
  }));
}

function activity(service: ServiceRecord, isUp: IsUp) {
  return {
    available: isUp(service),
    active: !service.disabled,
    updated_at: inMicros(new Date(service.last_seen_ms).toISOString()),
  };
}
