import type { ModernHop } from './hop.ts';
import { objectCall } from './object-call.ts';

/** The steps of a build on a host, as far as the hypervisor. Only the first host gives the disk its name. */
export const toTheHypervisorModern = (host: number): readonly ModernHop[] => [
  objectCall(
    host,
    'InstanceActionEvent.event_start',
    'The host writes into the history of the instance that its build has begun here.',
  ),
  objectCall(
    host,
    'Instance.save',
    'The host takes the build on: saved only while the task is scheduling, so that a twin of this message stops here.',
    'building/-',
  ),
  objectCall(
    host,
    'Instance.save',
    'The resource tracker has claimed the room, and the instance now names this host and node as its own.',
  ),
  objectCall(host, 'BlockDeviceMappingList.get_by_instance_uuid', 'The host asks which disks the instance is to have.'),
  objectCall(
    host,
    'Service.get_by_compute_host',
    'The host looks itself up as a service, to know the availability zone that it is in.',
  ),
  objectCall(
    host,
    'Instance.save',
    'Networking begins: saved only if no other task runs on the instance.',
    'building/networking',
  ),
  ...(host === 1
    ? [
        objectCall(
          host,
          'BlockDeviceMapping.save',
          'The root disk gets its name, /dev/sda; the next host finds it there.',
        ),
      ]
    : []),
  objectCall(
    host,
    'Instance.save',
    'Disks are prepared, and the instance learns the name of its root device.',
    'building/block_device_mapping',
  ),
  objectCall(host, 'Instance.save', 'The hypervisor is told to start the guest.', 'building/spawning'),
];

/** The guest runs. */
export const activeModern = (host: number): readonly ModernHop[] => [
  objectCall(
    host,
    'Instance.save',
    'The guest runs: ACTIVE, saved only if the instance is still spawning.',
    'active/-',
  ),
  {
    from: 'compute',
    kind: 'fanout',
    to: 'scheduler',
    from_host: host,
    method: 'update_instance_info',
    says: 'Every scheduler hears what this host now holds; whoever does not listen never learns of it.',
  },
  finished(host, 'The history gets its last line: the build on this host has ended well.'),
];

/** A hypervisor that fails: what was taken is given back, and the conductor is asked for another host. */
export const handBackModern = (host: number): readonly ModernHop[] => [
  objectCall(
    host,
    'InstanceInfoCache.refresh',
    'The hypervisor has failed; the host reads what addresses the instance has.',
  ),
  objectCall(host, 'InstanceInfoCache.save', 'The addresses are given back: the cache of them is empty.'),
  objectCall(host, 'Instance.save', 'The claim is dropped: the instance names no host and no node.'),
  objectCall(
    host,
    'Service.get_by_compute_host',
    'The host looks itself up as a service, to tell placement what is free again.',
  ),
  objectCall(host, 'InstanceInfoCache.refresh', 'The network part is cleaned up once more, so the cache is read anew.'),
  objectCall(host, 'InstanceInfoCache.save', 'The cache is empty still, and saved so.'),
  objectCall(host, 'Instance.save', 'Notes about the network of this host are taken off the instance.'),
  objectCall(
    host,
    'Instance.save',
    'The instance belongs to nobody again and waits to be scheduled.',
    'building/scheduling',
  ),
  {
    from: 'compute',
    kind: 'cast',
    to: 'conductor',
    from_host: host,
    method: 'build_instances',
    says: 'The build goes back to the conductor, with the alternates that are left.',
  },
  finished(
    host,
    'The history says that the attempt on this host is over, and not why: another host goes on with the build.',
  ),
];

function finished(host: number, says: string): ModernHop {
  return objectCall(host, 'InstanceActionEvent.event_finish_with_failure', says);
}
