import type { Instance } from '@novasim/cloud';
import type { FaultPayload, InstancePayload, InstanceUpdatePayload } from './notification-events.ts';

/** The two halves of an instance's state. */
export type InstanceState = Pick<Instance, 'vm_state' | 'task_state'>;

/** An instance as notifications show it. */
export function instancePayload(instance: Instance): InstancePayload {
  return {
    instance_id: instance.uuid,
    display_name: instance.display_name,
    tenant_id: instance.project_id,
    instance_type: instance.flavor.name,
    host: instance.host,
    state: instance.vm_state,
    state_description: instance.task_state ?? '',
  };
}

/** A change of its state. */
export function updatePayload(instance: Instance, before: InstanceState): InstanceUpdatePayload {
  return {
    ...instancePayload(instance),
    old_state: before.vm_state,
    old_task_state: before.task_state,
    new_task_state: instance.task_state,
  };
}

/** What went wrong; whatever is thrown has a class and words. */
export function faultPayload(thrown: unknown, code = 500): FaultPayload {
  if (thrown instanceof Error) return { exception: thrown.name, message: thrown.message, code };
  return { exception: typeof thrown, message: String(thrown), code };
}
