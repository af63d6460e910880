import type { HostLoad, SeenInstance } from '@novasim/trace';
import { type Fields, fieldsOf, parsed } from '../json-fields.ts';

/** What a notification says of an instance. */
export type ToldInstance = Omit<SeenInstance, 'seen_at_ms' | 'request_id'>;

/** A host and its load, from `update_service_capabilities` of the classic era or `update_instance_info` of the modern one. */
export function capabilitiesIn(body: string): { readonly host: string; readonly load?: HostLoad } | undefined {
  if (!/update_service_capabilities|update_instance_info/.test(body)) return undefined;
  const args = fieldsOf(messageIn(body)?.['args']);
  const host = textOf(args?.['host']) ?? textOf(args?.['host_name']);
  if (host === undefined) return undefined;
  const told = fieldsOf(args?.['capabilities']);
  return told === undefined ? { host } : { host, load: loadOf(told) };
}

/** The instance that a notification is about, in the unversioned form (`compute.instance.*`); undefined for all others. */
export function instanceIn(
  body: string,
): { readonly instance: ToldInstance; readonly request_id?: string } | undefined {
  if (!body.includes('compute.instance.')) return undefined;
  const message = messageIn(body);
  const type = textOf(message?.['event_type']);
  const payload = fieldsOf(message?.['payload']);
  const uuid = textOf(payload?.['instance_id']) ?? textOf(payload?.['instance_uuid']);
  if (type === undefined || payload === undefined || uuid === undefined) return undefined;
  const request_id = textOf(message?.['_context_request_id']);
  const fault = textOf(payload['exception']);
  return {
    instance: {
      uuid,
      ...named('name', payload['display_name']),
      ...named('host', payload['host']),
      ...named('vm_state', payload['state']),
      // Empty when nothing is being done any more, and then it must replace what was there.
      task_state: textOf(payload['new_task_state']) ?? textOf(payload['state_description']) ?? '',
      ...(fault !== undefined && { fault: [fault, textOf(payload['message'])].filter(Boolean).join(': ') }),
      is_deleted: type === 'compute.instance.delete.end',
    },
    ...(request_id !== undefined && { request_id }),
  };
}

/** novasim's hosts tell `total` and `used`; Nova's of that time told each number by its name. */
function loadOf(told: Fields): HostLoad {
  const total = fieldsOf(told['total']) ?? told;
  const used = fieldsOf(told['used']);
  return Object.fromEntries(
    Object.entries({
      vcpus: total['vcpus'],
      vcpus_used: used?.['vcpus'] ?? told['vcpus_used'],
      memory_mb: total['memory_mb'],
      memory_mb_used: used?.['memory_mb'] ?? told['memory_mb_used'],
      local_gb: total['local_gb'],
      local_gb_used: used?.['local_gb'] ?? told['local_gb_used'],
      running_vms: told['running_vms'],
      is_enabled: told['enabled'],
    }).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean'),
  );
}

function messageIn(body: string): Fields | undefined {
  const outer = parsed(body);
  const inner = outer?.['oslo.message'];
  return typeof inner === 'string' ? parsed(inner) : outer;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function named<N extends string>(name: N, value: unknown): { readonly [K in N]?: string } {
  const text = textOf(value);
  return (text === undefined ? {} : { [name]: text }) as { readonly [K in N]?: string }; // the key is N
}
