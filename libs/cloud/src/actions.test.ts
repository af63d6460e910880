import { describe, expect, test } from 'vitest';
import { actionFault } from './actions.ts';

const ACTIVE = { vm_state: 'active', task_state: null, launched_at: '2026-01-01T00:00:00.000Z' };

describe(actionFault, () => {
  test.for([
    ['stop', ACTIVE, undefined],
    ['start', ACTIVE, 'only while it is stopped; it is active'],
    ['rescue', { ...ACTIVE, vm_state: 'paused' }, 'only while it is active, error or stopped; it is paused'],
    ['pause', { ...ACTIVE, task_state: 'rebooting' }, 'not during the task rebooting'],
    ['hard_reboot', { ...ACTIVE, task_state: 'rebooting' }, undefined],
    ['stop', { ...ACTIVE, vm_state: 'error', launched_at: null }, 'only once it has run'],
    ['delete', { vm_state: 'building', task_state: 'spawning', launched_at: null }, undefined],
  ] as const)('%s on %o', ([action, instance, fault]) => {
    expect(actionFault(action, instance)).toBe(fault);
  });
});
