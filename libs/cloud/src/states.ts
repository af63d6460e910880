/**
 * The state machine of an instance, as data. Words and tables are those of Nova 26.2.2 (compute/vm_states.py,
 * compute/task_states.py, compute/power_state.py, api/openstack/common.py); a test compares them with the recording of a
 * real Nova in `test/golden/states.json`.
 */

export const VM_STATES = [
  'active',
  'building',
  'deleted',
  'error',
  'paused',
  'rescued',
  'resized',
  'shelved',
  'shelved_offloaded',
  'soft-delete',
  'stopped',
  'suspended',
] as const;
/** What an instance is, once no task runs. */
export type VmState = (typeof VM_STATES)[number];

export const TASK_STATES = [
  'block_device_mapping',
  'deleting',
  'image_backup',
  'image_pending_upload',
  'image_snapshot',
  'image_snapshot_pending',
  'image_uploading',
  'migrating',
  'networking',
  'pausing',
  'powering-off',
  'powering-on',
  'reboot_pending',
  'reboot_pending_hard',
  'reboot_started',
  'reboot_started_hard',
  'rebooting',
  'rebooting_hard',
  'rebuild_block_device_mapping',
  'rebuild_spawning',
  'rebuilding',
  'rescuing',
  'resize_confirming',
  'resize_finish',
  'resize_migrated',
  'resize_migrating',
  'resize_prep',
  'resize_reverting',
  'restoring',
  'resuming',
  'scheduling',
  'shelving',
  'shelving_image_pending_upload',
  'shelving_image_uploading',
  'shelving_offloading',
  'soft-deleting',
  'spawning',
  'suspending',
  'unpausing',
  'unrescuing',
  'unshelving',
  'updating_password',
] as const;
/** What is being done to an instance; null when nothing is. */
export type TaskState = (typeof TASK_STATES)[number];

/** What the hypervisor says: 0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended. */
export const POWER_STATES = {
  0: 'pending',
  1: 'running',
  3: 'paused',
  4: 'shutdown',
  6: 'crashed',
  7: 'suspended',
} as const;
export type PowerState = keyof typeof POWER_STATES;

const REBUILDING = {
  rebuilding: 'REBUILD',
  rebuild_block_device_mapping: 'REBUILD',
  rebuild_spawning: 'REBUILD',
} as const;
const RESIZING = {
  resize_prep: 'RESIZE',
  resize_migrating: 'RESIZE',
  resize_migrated: 'RESIZE',
  resize_finish: 'RESIZE',
} as const;

type StatusRow = { readonly default: string } & { readonly [T in TaskState]?: string };

/** The status a user sees: by state, and within it by running task. */
export const STATUS_TABLE: Readonly<Record<VmState, StatusRow>> = {
  active: {
    default: 'ACTIVE',
    rebooting: 'REBOOT',
    reboot_pending: 'REBOOT',
    reboot_started: 'REBOOT',
    rebooting_hard: 'HARD_REBOOT',
    reboot_pending_hard: 'HARD_REBOOT',
    reboot_started_hard: 'HARD_REBOOT',
    updating_password: 'PASSWORD',
    ...REBUILDING,
    migrating: 'MIGRATING',
    ...RESIZING,
  },
  building: { default: 'BUILD' },
  stopped: { default: 'SHUTOFF', ...RESIZING, ...REBUILDING },
  resized: { default: 'VERIFY_RESIZE', resize_reverting: 'REVERT_RESIZE' },
  paused: { default: 'PAUSED', migrating: 'MIGRATING' },
  suspended: { default: 'SUSPENDED' },
  rescued: { default: 'RESCUE' },
  error: { default: 'ERROR', ...REBUILDING },
  deleted: { default: 'DELETED' },
  'soft-delete': { default: 'SOFT_DELETED' },
  shelved: { default: 'SHELVED' },
  shelved_offloaded: { default: 'SHELVED_OFFLOADED' },
};

/** The status that REST shows for a state and a running task. */
export function statusOf(vmState: VmState, taskState: TaskState | null): string {
  const row = STATUS_TABLE[vmState];
  return (taskState === null ? undefined : row[taskState]) ?? row.default;
}

/** The states whose status a text names, for the `status` filter of a list: `ACTIVE` → active with no task that hides it. */
export function statesOf(status: string): readonly VmState[] {
  return VM_STATES.filter((vmState) => Object.values(STATUS_TABLE[vmState]).includes(status));
}
