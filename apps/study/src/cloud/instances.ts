import { statusOf, TASK_STATES, VM_STATES } from '@novasim/cloud';
import type { SeenInstance } from './seen-cloud.ts';
import type { Server } from './servers.ts';

/** An instance as it is shown: what the API says of it, and what was seen of it on the bus. */
export interface ShownInstance {
  readonly uuid: string;
  readonly name: string;
  /** As REST shows it: `ACTIVE`. */
  readonly status: string;
  readonly vm_state: string;
  readonly task_state: string | null;
  readonly launched_at: string | null;
  /** Its project may do nothing with it but unlock it. */
  readonly isLocked?: boolean;
  readonly host?: string;
  readonly addresses: readonly string[];
  readonly flavorId?: string;
  readonly imageId?: string;
  readonly created?: string;
  readonly fault?: string;
  /** The request that changed it last. */
  readonly requestId?: string;
}

/** What the API lists, with the host and the last request as the bus showed them: the API tells hosts to administrators only. */
export function listedInstances(servers: readonly Server[], seen: readonly SeenInstance[]): readonly ShownInstance[] {
  const bySeen = new Map(seen.map((one) => [one.uuid, one]));
  return servers.map((server): ShownInstance => {
    const { id: uuid, name, status, flavor, image, created, fault } = server;
    const known = bySeen.get(uuid);
    return {
      uuid,
      name,
      status,
      vm_state: server['OS-EXT-STS:vm_state'] ?? status.toLowerCase(),
      task_state: server['OS-EXT-STS:task_state'] ?? null,
      launched_at: server['OS-SRV-USG:launched_at'] ?? null,
      ...(server.locked === true && { isLocked: true }),
      addresses: Object.values(server.addresses).flatMap((ones) => ones.map(({ addr }) => addr)),
      ...present('host', server['OS-EXT-SRV-ATTR:host'] ?? known?.host),
      ...present('flavorId', flavor.id ?? flavor.original_name),
      ...present('imageId', image === '' ? undefined : image.id),
      ...present('created', created),
      ...present('fault', fault?.message),
      ...present('requestId', known?.request_id),
    };
  });
}

/** What was seen, where no API can be asked. */
export function seenInstances(seen: readonly SeenInstance[]): readonly ShownInstance[] {
  return seen.map(({ uuid, name = uuid, vm_state = '', task_state = '', host, fault, request_id }): ShownInstance => {
    const vmState = VM_STATES.find((one) => one === vm_state);
    const taskState = TASK_STATES.find((one) => one === task_state) ?? null;
    return {
      uuid,
      name,
      status: vmState === undefined ? 'UNKNOWN' : statusOf(vmState, taskState),
      vm_state,
      task_state: task_state === '' ? null : task_state,
      launched_at: null,
      addresses: [],
      ...present('host', host),
      ...present('fault', fault),
      ...present('requestId', request_id),
    };
  });
}

/** Those that a person looks for: each word is somewhere in name, id, host, status or address. */
export function findInstances(
  instances: readonly ShownInstance[],
  { q, host }: { readonly q: string; readonly host: string },
): readonly ShownInstance[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return instances.filter((one) => {
    const text = [
      ...[one.name, one.uuid, one.host, one.status, one.task_state, one.isLocked && 'locked'],
      ...one.addresses,
    ]
      .join(' ')
      .toLowerCase();
    return (host === '' || one.host === host) && words.every((word) => text.includes(word));
  });
}

function present<K extends string>(name: K, value: string | null | undefined): { readonly [P in K]?: string } {
  // The computed key is the one that K names.
  return (value == null ? {} : { [name]: value }) as { readonly [P in K]?: string };
}
