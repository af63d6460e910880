import type { InstanceUpdates } from './instance.ts';
import { POWER_STATES, TASK_STATES, VM_STATES } from './states.ts';

/** What is wrong with the states in an update that came from outside; undefined when every one of them is known. */
export function stateFault({ vm_state, task_state, power_state }: InstanceUpdates): string | undefined {
  if (vm_state !== undefined && !isOneOf(VM_STATES, vm_state)) return faultOf('vm_state', vm_state);
  if (task_state !== undefined && task_state !== null && !isOneOf(TASK_STATES, task_state)) {
    return faultOf('task_state', task_state);
  }
  if (power_state !== undefined && !isOneOf(Object.keys(POWER_STATES), String(power_state))) {
    return faultOf('power_state', power_state);
  }
  return undefined;
}

/** The compiler's word for a value from the wire is only a promise. */
function isOneOf(known: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && known.includes(value);
}

function faultOf(field: string, value: unknown): string {
  return `${field} ${JSON.stringify(value)} is no state of an instance`;
}
