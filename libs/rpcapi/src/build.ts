import type { Flavor, HostName, Image, InstanceUuid, ProjectId, RequestedNetwork, UserId } from '@novasim/cloud';

/** What every hop of a boot hands on unchanged, spelled as Nova spells it. */
export interface BuildArgs {
  readonly admin_password: string | null;
  readonly injected_files: readonly (readonly [path: string, base64: string])[];
  /** Networks to plug in; empty means none. */
  readonly requested_networks: readonly RequestedNetwork[];
  readonly filter_properties: FilterProperties;
}

/** One request for one or several instances of the same kind. */
export interface RequestSpec {
  readonly instance_uuids: readonly InstanceUuid[];
  readonly num_instances: number;
  readonly image: ImageRef;
  readonly instance_type: Flavor;
  readonly instance_properties: {
    readonly project_id: ProjectId;
    readonly user_id: UserId;
    readonly display_name: string;
    readonly reservation_id: string;
    /** The zone the user asked for; null for any. */
    readonly availability_zone: string | null;
  };
  readonly security_groups: readonly string[];
}

/** As much of an image as a build needs. */
export type ImageRef = Pick<Image, 'id' | 'name' | 'min_disk' | 'min_ram'>;

export interface FilterProperties {
  /** The one host that may be chosen (`availability_zone=zone:host`); absent for any. */
  readonly force_hosts?: readonly HostName[];
  readonly scheduler_hints?: Readonly<Record<string, unknown>>;
  /** Attempts so far, the one that runs included, and the hosts they were made on. Absent before the first. */
  readonly retry?: { readonly num_attempts: number; readonly hosts: readonly HostName[] };
}

/** One of the hosts that a scheduler picked: the first holds the claim, the others are alternates for a reschedule. */
export interface Selection {
  readonly host: HostName;
  readonly nodename: string;
}
