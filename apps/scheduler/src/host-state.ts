import type { HostName, Resources } from '@novasim/cloud';

/** What the scheduler knows of a host when it picks: sizes and claims from the store, the rest from what the host told. */
export interface HostState {
  readonly host: HostName;
  readonly nodename: string;
  readonly total: Resources;
  readonly used: Resources;
  readonly availability_zone: string;
  readonly running_vms: number;
  /** Builds that failed there since the last that went well. */
  readonly failed_builds: number;
  readonly disabled: boolean;
  /** When its service last reported, milliseconds since 1970. */
  readonly last_seen_ms: number;
}

/** What one instance asks of a host. */
export interface HostRequest {
  readonly resources: Resources;
  /** null: any zone. */
  readonly availability_zone: string | null;
  /** The only hosts that may be chosen; absent: any. */
  readonly force_hosts?: readonly HostName[];
  /** Hosts that have been tried and failed, or whose last room was lost to another request. */
  readonly ignore_hosts: ReadonlySet<HostName>;
}

/** What a filter may look at beside the host and the request. */
export interface Circumstances {
  readonly nowMs: number;
  /** A service that has not reported for so long counts as down, milliseconds. */
  readonly serviceDownMs: number;
}
