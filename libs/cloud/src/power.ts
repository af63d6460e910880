import type { Instance } from './instance.ts';
import type { TaskState } from './states.ts';

/** What a host does to the guest of an instance and to nothing else. */
export interface PowerChange {
  /** Given by the api, expected by the host. */
  readonly task_state: TaskState;
  /** What the instance is afterwards. */
  readonly end: Pick<Instance, 'vm_state' | 'power_state'>;
  /** Nova's word for it in notifications: `compute.instance.power_off.start`. */
  readonly event: string;
}

/** By Nova's names of the actions; a host is asked for `stop` by `stop_instance`. */
export const POWER_CHANGES = {
  stop: { task_state: 'powering-off', end: { vm_state: 'stopped', power_state: 4 }, event: 'power_off' },
  start: { task_state: 'powering-on', end: { vm_state: 'active', power_state: 1 }, event: 'power_on' },
  pause: { task_state: 'pausing', end: { vm_state: 'paused', power_state: 3 }, event: 'pause' },
  unpause: { task_state: 'unpausing', end: { vm_state: 'active', power_state: 1 }, event: 'unpause' },
  suspend: { task_state: 'suspending', end: { vm_state: 'suspended', power_state: 7 }, event: 'suspend' },
  resume: { task_state: 'resuming', end: { vm_state: 'active', power_state: 1 }, event: 'resume' },
} as const satisfies Readonly<Record<string, PowerChange>>;

export type PowerAction = keyof typeof POWER_CHANGES;

/** The tasks that a reboot goes through; the first one is given by the api. */
export const REBOOT_TASKS = {
  SOFT: ['rebooting', 'reboot_pending', 'reboot_started'],
  HARD: ['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard'],
} as const satisfies Readonly<Record<string, readonly TaskState[]>>;

/** SOFT asks the guest, HARD pulls the plug. */
export type RebootType = keyof typeof REBOOT_TASKS;
