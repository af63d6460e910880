import { ACTIONS, POWER_CHANGES, type PowerAction, REBOOT_TASKS, type RebootType } from '@novasim/cloud';
import type { ClassicFlow, ClassicHop } from './hop.ts';

/** What the host does to the guest, for a person. */
const DONE: Readonly<Record<PowerAction, string>> = {
  stop: 'The guest is powered off',
  start: 'The guest runs again',
  pause: 'The guest stands still, in memory',
  unpause: 'The guest goes on where it stood',
  suspend: 'The guest sleeps, its memory on disk',
  resume: 'The guest is back from disk and goes on',
};

function powerChange(action: PowerAction): ClassicFlow {
  const { task_state, end } = POWER_CHANGES[action];
  return flowOf(action, ACTIONS[action].body, end.vm_state, [
    {
      from: 'api',
      kind: 'cast',
      to: 'compute',
      to_host: 1,
      method: `${action}_instance`,
      says: `The API notes the task ${task_state} and answers 202; if the host is away the message waits for it.`,
    },
    save(`${end.vm_state}/-`, `${DONE[action]}; this is saved only if the task is still ${task_state}.`),
  ]);
}

function reboot(type: RebootType): ClassicFlow {
  const [, pending, started] = REBOOT_TASKS[type];
  const action = type === 'SOFT' ? 'soft_reboot' : 'hard_reboot';
  return flowOf('reboot', ACTIONS[action].body, 'active', [
    {
      from: 'api',
      kind: 'cast',
      to: 'compute',
      to_host: 1,
      method: 'reboot_instance',
      // True of either kind: their messages are told apart by an argument only.
      says: 'The API notes the task of a soft or a hard reboot and answers 202; if the host is away the message waits for it.',
    },
    save(pending, 'The host has the request, and writes down in which power state it found the guest.'),
    save(
      started,
      'From here on the guest is off and on again; a host that dies now finds out by the guest how far it came.',
    ),
    save('active/-', 'The guest runs again; a hard reboot has woken it from whatever it was in.'),
  ]);
}

function flowOf(name: string, body: object, vm_state: string, hops: readonly ClassicHop[]): ClassicFlow {
  const trigger = `POST /servers/{id}/action ${JSON.stringify(body)}`;
  return { name, era: 'classic', trigger, outcome: vm_state.toUpperCase(), hops };
}

function save(state: string, says: string): ClassicHop {
  return { from: 'compute', kind: 'call', to: 'conductor', from_host: 1, method: 'instance_update', state, says };
}

/** What is done to a guest and to nothing else; what each looks like follows from its task and its end. */
export const stopClassic = powerChange('stop');
export const startClassic = powerChange('start');
export const pauseClassic = powerChange('pause');
export const unpauseClassic = powerChange('unpause');
export const suspendClassic = powerChange('suspend');
export const resumeClassic = powerChange('resume');
export const softRebootClassic = reboot('SOFT');
export const hardRebootClassic = reboot('HARD');
