import type { ModernFlow } from './hop.ts';
import { objectCall } from './object-call.ts';

/** DELETE of a server without ports. Lookups differ from one recording to the next. */
export const terminateModern: ModernFlow = {
  name: 'terminate',
  era: 'modern',
  trigger: 'DELETE /servers/{id}',
  outcome: '404',
  hops: [
    {
      from: 'api',
      kind: 'cast',
      to: 'compute',
      to_host: 1,
      method: 'terminate_instance',
      states: ['active/deleting'],
      says: 'The API notes that the instance is being deleted and answers 204; if the host is away the message waits for it.',
    },
    objectCall(
      1,
      'InstanceActionEvent.event_start',
      'The host writes into the history of the instance that its end has begun.',
    ),
    objectCall(1, 'InstanceInfoCache.refresh', 'The guest is destroyed; the host reads what addresses it had.'),
    objectCall(1, 'InstanceInfoCache.save', 'The addresses are given back: the cache of them is empty.'),
    objectCall(1, 'VirtualInterface.delete_by_instance_uuid', 'The network interfaces of the instance are forgotten.'),
    objectCall(1, 'InstanceInfoCache.save', 'The empty cache is saved once more, at the end of the cleaning up.'),
    objectCall(
      1,
      'Instance.save',
      'The instance is deleted, off and without a task, and yet a row that can be read.',
      'deleted/-',
    ),
    objectCall(
      1,
      'ResourceList.get_by_instance_uuid',
      'The host asks which resources of its own the instance still holds.',
    ),
    objectCall(
      1,
      'Service.get_by_compute_host',
      'The host looks itself up as a service, to tell placement what is free again.',
    ),
    objectCall(
      1,
      'ConsoleAuthToken.clean_console_auths_for_instance',
      'Whoever had a door to its console has none any more.',
    ),
    {
      from: 'compute',
      kind: 'fanout',
      to: 'scheduler',
      from_host: 1,
      method: 'delete_instance_info',
      says: 'Every scheduler that listens hears that this host no longer holds the instance.',
    },
    objectCall(1, 'Instance.destroy', 'The row is marked as deleted: from now on the API answers 404.'),
    objectCall(
      1,
      'InstanceActionEvent.event_finish_with_failure',
      'The history gets its last line, readable after the end of the instance.',
    ),
  ],
};
