import type { ServiceRecord } from '@novasim/cloud';
import type { Microversion } from '../http/microversion.ts';
import { inMicros } from './times.ts';

/** A service with the number that REST shows below 2.53: its place in the order of first reports. */
export type NumberedService = ServiceRecord & { readonly id: number };

/** A service as `os-services` shows it below 2.53. */
export function serviceView(service: NumberedService, isUp: boolean, microversion: Microversion) {
  return {
    binary: service.binary,
    host: service.host,
    id: service.id,
    zone: service.availability_zone,
    status: service.disabled ? 'disabled' : 'enabled',
    state: isUp ? 'up' : 'down',
    updated_at: inMicros(new Date(service.last_seen_ms).toISOString()),
    disabled_reason: service.disabled_reason,
    ...(microversion >= 11 ? { forced_down: false } : {}),
  };
}
