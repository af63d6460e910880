import { readText } from './top-level.ts';

/**
 * The instances that the arguments of a request or the payload of a notification name, by their own fields and their raw text;
 * at most {@link MOST}.
 */
export function namedInstances(
  fields: ReadonlyMap<string, string> | undefined,
  raw: string | undefined,
): readonly string[] {
  if (raw === undefined || fields === undefined) return NONE;
  for (const key of NAMING) {
    const uuid = readText(fields.get(key));
    if (uuid !== undefined && UUID.test(uuid)) return [uuid];
  }
  const many = fields.get('instance_uuids');
  if (many !== undefined) return uuidsOf(many, /"([0-9a-f-]{36})"/g);
  for (const key of HOLDING) {
    const value = fields.get(key);
    if (value === undefined || !isInstance(key, value)) continue;
    const found = uuidsOf(value, /"uuid":\s?"([0-9a-f-]{36})"/g).slice(0, 1);
    if (found.length > 0) return found;
  }
  return uuidsOf(raw, /"instance_uuid":\s?"([0-9a-f-]{36})"/g);
}

const MOST = 16;
const NONE: readonly string[] = [];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NAMING = ['instance_uuid', 'instance_id', 'uuid'] as const;
const HOLDING = ['instance', 'objinst', 'nova_object.data', 'server'] as const;

/** `objinst` may be any object of Nova's. */
function isInstance(key: string, value: string): boolean {
  return key !== 'objinst' || /"nova_object\.name":\s?"Instance"/.test(value);
}

function uuidsOf(raw: string, pattern: RegExp): readonly string[] {
  const found = new Set<string>();
  for (const match of raw.matchAll(pattern)) {
    if (match[1] !== undefined) found.add(own(match[1]));
    if (found.size === MOST) break;
  }
  return [...found];
}

/** A copy that does not hold on to the text it was cut from. */
function own(slice: string): string {
  return JSON.parse(`"${slice}"`) as string; // hexadecimal digits and dashes, by the pattern
}
