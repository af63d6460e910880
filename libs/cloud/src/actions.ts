import type { TaskState, VmState } from './states.ts';

/** When Nova takes an action on an instance. */
export interface ActionRule {
  /** States in which it is taken; null: in every one. */
  readonly vm_states: readonly VmState[] | null;
  /** Tasks during which it is taken, null among them for none; null: during every one. */
  readonly task_states: readonly (TaskState | null)[] | null;
  /** Only on what has run before. */
  readonly must_have_launched: boolean;
  /** The body of `POST /servers/{id}/action`; of `delete` none: it is a method of its own. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

const AT_REST = [null] as const;
const RESTING = { task_states: AT_REST, must_have_launched: true } as const;
const ALWAYS = { vm_states: null, task_states: null, must_have_launched: false } as const;

/**
 * The actions on an instance that need nothing but its name, as the decorators of nova/compute/api.py (26.2.2) have them; a test
 * compares them with the recording of a real Nova.
 */
export const ACTIONS = {
  start: { vm_states: ['stopped'], ...RESTING, body: { 'os-start': null } },
  stop: { vm_states: ['active', 'error'], ...RESTING, body: { 'os-stop': null } },
  soft_reboot: { vm_states: ['active'], ...RESTING, body: { reboot: { type: 'SOFT' } } },
  hard_reboot: {
    vm_states: ['active', 'error', 'paused', 'stopped', 'suspended'],
    task_states: [
      null,
      'pausing',
      'reboot_pending',
      'reboot_started',
      'rebooting',
      'rebooting_hard',
      'resuming',
      'suspending',
      'unpausing',
    ],
    must_have_launched: true,
    body: { reboot: { type: 'HARD' } },
  },
  pause: { vm_states: ['active'], ...RESTING, body: { pause: null } },
  unpause: { vm_states: ['paused'], ...RESTING, body: { unpause: null } },
  suspend: { vm_states: ['active'], ...RESTING, body: { suspend: null } },
  resume: { vm_states: ['suspended'], ...RESTING, body: { resume: null } },
  shelve: { vm_states: ['active', 'paused', 'stopped', 'suspended'], ...RESTING, body: { shelve: null } },
  shelve_offload: { vm_states: ['shelved'], ...RESTING, body: { shelveOffload: null } },
  unshelve: { vm_states: ['shelved', 'shelved_offloaded'], ...RESTING, body: { unshelve: null } },
  rescue: { vm_states: ['active', 'error', 'stopped'], ...RESTING, body: { rescue: {} } },
  unrescue: { vm_states: ['rescued'], ...RESTING, body: { unrescue: null } },
  confirm_resize: { vm_states: ['resized'], ...RESTING, body: { confirmResize: null } },
  revert_resize: { vm_states: ['resized'], ...RESTING, body: { revertResize: null } },
  restore: { vm_states: ['soft-delete'], ...RESTING, body: { restore: {} } },
  lock: { ...ALWAYS, body: { lock: null } },
  unlock: { ...ALWAYS, body: { unlock: null } },
  force_delete: { ...ALWAYS, body: { forceDelete: {} } },
  delete: { ...ALWAYS, body: null },
} as const satisfies Readonly<Record<string, ActionRule>>;

export type Action = keyof typeof ACTIONS;

/** What an action is judged by. */
export interface ActedOn {
  readonly vm_state: string;
  readonly task_state: string | null;
  readonly launched_at: string | null;
}

/** What of an instance is not as an action needs it, looked at in Nova's order; undefined when the action would be taken. */
export function actionHurdle(
  action: Action,
  { vm_state, task_state, launched_at }: ActedOn,
): keyof ActedOn | undefined {
  const rule: ActionRule = ACTIONS[action];
  if (rule.vm_states !== null && !isAmong(rule.vm_states, vm_state)) return 'vm_state';
  if (rule.task_states !== null && !isAmong(rule.task_states, task_state)) return 'task_state';
  return rule.must_have_launched && launched_at === null ? 'launched_at' : undefined;
}

/** Why an action would be refused (409) on an instance as it is, in words; undefined when it would be taken. */
export function actionFault(action: Action, instance: ActedOn): string | undefined {
  const { vm_state, task_state } = instance;
  switch (actionHurdle(action, instance)) {
    case 'vm_state':
      return `only while it is ${inWords(ACTIONS[action].vm_states ?? [])}; it is ${vm_state}`;
    case 'task_state':
      return task_state === null ? 'only while a task runs' : `not during the task ${task_state}`;
    case 'launched_at':
      return 'only once it has run';
    default:
      return undefined;
  }
}

function isAmong(known: readonly (string | null)[], value: string | null): boolean {
  return known.includes(value);
}

function inWords(states: readonly string[]): string {
  return [states.slice(0, -1).join(', '), states.at(-1)].filter(Boolean).join(' or ');
}
