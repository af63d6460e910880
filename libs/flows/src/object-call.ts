import type { ModernHop } from './hop.ts';

/** Methods of classes; all else is done to an object that the caller holds. */
const OF_CLASSES: ReadonlySet<string> = new Set([
  'InstanceActionEvent.event_start',
  'InstanceActionEvent.event_finish_with_failure',
  'BlockDeviceMappingList.get_by_instance_uuid',
  'Service.get_by_compute_host',
  'VirtualInterface.delete_by_instance_uuid',
  'ResourceList.get_by_instance_uuid',
  'ConsoleAuthToken.clean_console_auths_for_instance',
]);

/** A call of a host to the conductor about an object of the database, which the host may not open. */
export function objectCall(from_host: number, object: string, says: string, ...states: readonly string[]): ModernHop {
  return {
    from: 'compute',
    kind: 'call',
    to: 'conductor',
    from_host,
    method: OF_CLASSES.has(object) ? 'object_class_action_versions' : 'object_action',
    object,
    ...(states.length > 0 && { states }),
    says,
  };
}
