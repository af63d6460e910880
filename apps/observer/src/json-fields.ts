/** What stands in an object that came from elsewhere. */
export type Fields = Readonly<Record<string, unknown>>;

/** What stands in an object; undefined for whatever else. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields) // just seen to be an object
    : undefined;
}

/** What stands in an object that is written as JSON; undefined for whatever else. */
export function parsed(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined; // cut, or nobody's
  }
}
