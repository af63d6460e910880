import { expect, test } from 'vitest';
import type { InstanceUpdates } from './instance.ts';
import { stateFault } from './state-fault.ts';

test.for([
  [{}, undefined],
  [{ vm_state: 'active', task_state: null, power_state: 1 }, undefined],
  [{ task_state: 'powering-off' }, undefined],
  [{ vm_state: 'nonsense' }, 'vm_state "nonsense" is no state of an instance'],
  [{ vm_state: null }, 'vm_state null is no state of an instance'],
  [{ task_state: 7 }, 'task_state 7 is no state of an instance'],
  [{ power_state: 2 }, 'power_state 2 is no state of an instance'],
] as const)('%j: %s', ([updates, fault]) => {
  expect(stateFault(updates as InstanceUpdates)).toBe(fault); // from the wire anything may come
});
