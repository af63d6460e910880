/** What stands in an object; nothing for whatever else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}; // just seen to be one
}

/** What a text says as JSON; undefined where it says nothing: it was cut, or is nobody's. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
