import type { Flavor } from './flavor.ts';
import type { HostName, InstanceUuid, ProjectId, UserId } from './ids.ts';
import type { PowerState, TaskState, VmState } from './states.ts';

/**
 * An instance, spelled as Nova's object and as the wire spells it, so that one search finds a value from the database to
 * the page. Times are ISO 8601 UTC with milliseconds; null where it has not happened.
 */
export interface Instance {
  readonly uuid: InstanceUuid;
  /** Running number, shown as `instance-%08x`. */
  readonly id: number;
  readonly display_name: string;
  readonly project_id: ProjectId;
  readonly user_id: UserId;
  readonly reservation_id: string;
  /** Position within one request for several, from 0. */
  readonly launch_index: number;
  readonly image_ref: string;
  readonly flavor: Flavor;
  readonly vm_state: VmState;
  readonly task_state: TaskState | null;
  readonly power_state: PowerState;
  /** Where it runs or is being built; null before a compute host took it on. */
  readonly host: HostName | null;
  readonly node: string | null;
  readonly availability_zone: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly key_name: string | null;
  /** Base64, as the user sent it. */
  readonly user_data: string | null;
  readonly config_drive: boolean;
  readonly access_ip_v4: string | null;
  readonly access_ip_v6: string | null;
  readonly disk_config: 'AUTO' | 'MANUAL';
  /** Who has locked it: its project or an administrator of another; null: nobody. */
  readonly locked_by: 'owner' | 'admin' | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly launched_at: string | null;
  readonly terminated_at: string | null;
  readonly deleted_at: string | null;
  /** Raised by every write; the row is saved by compare-and-swap on it. */
  readonly version: number;
}

/** What `instance_update` may change. */
export type InstanceUpdates = Partial<
  Pick<
    Instance,
    | 'vm_state'
    | 'task_state'
    | 'power_state'
    | 'host'
    | 'node'
    | 'availability_zone'
    | 'launched_at'
    | 'terminated_at'
    | 'display_name'
    | 'metadata'
    | 'locked_by'
  >
>;

/** Why an instance is in ERROR. `details` is for administrators. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly details: string;
  readonly created_at: string;
}

/** `instance-0000002a`: the name that the hypervisor knows it by (`instance_name_template`). */
export function instanceName(id: number): string {
  return `instance-${id.toString(16).padStart(8, '0')}`;
}
