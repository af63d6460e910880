import type { HostName } from './ids.ts';
import type { Resources } from './resources.ts';

/** The services of the cloud that report in, by the names `os-services` shows. */
export type Binary = 'nova-api' | 'nova-scheduler' | 'nova-conductor' | 'nova-compute' | 'nova-network';

/** One process (for compute: one host) of the cloud, as it last reported. */
export interface ServiceRecord {
  readonly uuid: string;
  readonly binary: Binary;
  readonly host: HostName;
  readonly topic: string;
  readonly disabled: boolean;
  readonly disabled_reason: string | null;
  readonly availability_zone: string;
  readonly report_count: number;
  /** Time of the last report, milliseconds since 1970. */
  readonly last_seen_ms: number;
  readonly created_at: string;
}

/** A service is up while its last report is not older than this (`service_down_time`, seconds, in Nova; 60 by default). */
export function isServiceUp(service: Pick<ServiceRecord, 'last_seen_ms'>, nowMs: number, downAfterMs: number): boolean {
  return nowMs - service.last_seen_ms <= downAfterMs;
}

/**
 * A hypervisor host and what is taken of it. `used` counts claims, so it already holds instances that are being built.
 * Totals are what may be promised: physical size times the allocation ratio of the host, if it has one.
 */
export interface ComputeNode {
  readonly host: HostName;
  readonly hypervisor_hostname: string;
  readonly total: Resources;
  readonly used: Resources;
  readonly running_vms: number;
  readonly availability_zone: string;
  readonly updated_at: string;
}

/** What a compute host fans out to the schedulers: `update_service_capabilities`. */
export interface Capabilities {
  readonly hypervisor_hostname: string;
  readonly hypervisor_type: string;
  readonly availability_zone: string;
  readonly total: Resources;
  readonly used: Resources;
  readonly running_vms: number;
  /** Builds that failed here since the last success; the build-failure weigher goes by it. */
  readonly failed_builds: number;
  readonly enabled: boolean;
  /** Milliseconds since 1970, by the host's clock. */
  readonly timestamp_ms: number;
}
