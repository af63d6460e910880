import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  ACTIONS,
  POWER_CHANGES,
  POWER_STATES,
  STATUS_TABLE,
  statesOf,
  statusOf,
  TASK_STATES,
  VM_STATES,
} from '../src/index.ts';

const golden = JSON.parse(readFileSync(new URL('./golden/states.json', import.meta.url), 'utf8'));

const UNGUARDED = { vm_states: null, task_states: null, must_have_launched: false };

describe('the state machine is the one recorded from a real Nova', () => {
  test('the states', () => {
    expect([...VM_STATES].sort()).toEqual([...golden.vm_states].sort());
    expect([...TASK_STATES].sort()).toEqual([...golden.task_states].sort());
    expect(POWER_STATES).toEqual(golden.power_states);
  });

  test('the status of every state and task', () => {
    expect(STATUS_TABLE).toEqual(golden.status_of_vm_state_and_task_state);
  });

  test.for(Object.entries(ACTIONS))('when %s is taken', ([action, rule]) => {
    // Nova's two reboots are private methods of one. What no decorator guards (lock, unlock) is not in the recording.
    const recorded = golden.actions[action] ?? golden.actions[`_${action}`] ?? { ...UNGUARDED, rest: action };

    expect(rule).toMatchObject({
      vm_states: recorded.vm_states,
      task_states: recorded.task_states,
      must_have_launched: recorded.must_have_launched,
    });
    const word = Object.keys(rule.body ?? {})[0];
    if (word !== undefined) expect(recorded.rest).toMatch(new RegExp(`^${word}`));
  });
});

describe('the tasks of a change of power', () => {
  test.for(Object.entries(POWER_CHANGES))('%s begins the task that was recorded', ([action, { task_state, end }]) => {
    expect([task_state]).toEqual(golden.actions[action].api_sets_task_state);
    expect(golden.power_states).toHaveProperty(String(end.power_state));
  });
});

describe(statusOf, () => {
  test.for([
    ['building', 'spawning', 'BUILD'],
    ['active', null, 'ACTIVE'],
    ['active', 'deleting', 'ACTIVE'],
    ['active', 'rebooting_hard', 'HARD_REBOOT'],
    ['error', null, 'ERROR'],
  ] as const)('%s with task %s shows %s', ([vmState, taskState, status]) => {
    expect(statusOf(vmState, taskState)).toBe(status);
  });

  test('a filter by status finds the states that can show it', () => {
    expect(statesOf('MIGRATING')).toEqual(['active', 'paused']);
    expect(statesOf('NONSENSE')).toEqual([]);
  });
});
