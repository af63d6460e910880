/** A JSON object, read at the door. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, undefined where there is none. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) {
    if (!isObject(found)) return undefined;
    found = found[key];
  }
  return found;
}

export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours to judge: a tap sees whatever travels
  }
}

/** The message of a body, inside its envelope where it has one. */
export function innerMessage(body: string): Json | undefined {
  const outer = parsed(body);
  const inner = at(outer, 'oslo.message');
  const message = typeof inner === 'string' ? parsed(inner) : outer;
  return isObject(message) ? message : undefined;
}
