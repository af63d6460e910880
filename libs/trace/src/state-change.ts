import { at, isObject, textAt } from './json.ts';

/** A state that an instance was given; what is absent stays as it was. */
export interface StateChange {
  readonly instance?: string;
  readonly vm_state?: string;
  readonly task_state?: string | null;
}

/** From the payload of an instance's notification, unversioned or versioned. */
export function stateTold(payload: unknown): StateChange | undefined {
  const data = at(payload, 'nova_object.data') ?? payload;
  const update = at(data, 'state_update', 'nova_object.data') ?? data;
  if (!isObject(data) || !isObject(update)) return undefined;
  const vm_state = textAt(update, 'state') ?? textAt(data, 'state');
  if (vm_state === undefined) return undefined;
  const task =
    'new_task_state' in update ? update['new_task_state'] : (update['state_description'] ?? data['task_state']);
  return {
    ...instanceOf(textAt(data, 'instance_id') ?? textAt(data, 'uuid')),
    vm_state,
    task_state: typeof task === 'string' && task !== '' ? task : null,
  };
}

/** From a request that saves an instance: novasim's `instance_update` and `instance_destroy`, or `object_action` of Nova's Instance. */
export function stateAsked(method: unknown, args: unknown): StateChange | undefined {
  if (method === 'instance_update') return changed(at(args, 'updates'), textAt(args, 'instance_uuid'));
  if (method === 'instance_destroy') return { ...instanceOf(textAt(args, 'instance_uuid')), ...DELETED };
  const object = at(args, 'objinst');
  if (method !== 'object_action' || at(args, 'objmethod') !== 'save') return undefined;
  if (at(object, 'nova_object.name') !== 'Instance') return undefined;
  const data = at(object, 'nova_object.data');
  const changes = at(object, 'nova_object.changes');
  if (!isObject(data) || !Array.isArray(changes)) return undefined;
  const updates = Object.fromEntries(changes.map((key) => [key, data[String(key)]]));
  return changed(updates, textAt(data, 'uuid'));
}

const DELETED = { vm_state: 'deleted', task_state: null };

/** `building/spawning`, with what was known before where the change does not say. */
export function stateText(change: StateChange, before: StateChange | undefined): string {
  const task = change.task_state === undefined ? before?.task_state : change.task_state;
  return `${change.vm_state ?? before?.vm_state ?? '?'}/${task ?? '-'}`;
}

function changed(updates: unknown, instance: string | undefined): StateChange | undefined {
  if (!isObject(updates)) return undefined;
  const vm_state = textAt(updates, 'vm_state');
  const task = updates['task_state'];
  const isTask = task === null || typeof task === 'string';
  if (vm_state === undefined && !isTask) return undefined;
  return { ...instanceOf(instance), ...(vm_state !== undefined && { vm_state }), ...(isTask && { task_state: task }) };
}

function instanceOf(uuid: string | undefined): { readonly instance?: string } {
  return uuid === undefined ? {} : { instance: uuid };
}
