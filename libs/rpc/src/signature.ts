/**
 * Checks named arguments against a signature (`['seconds', 'value?']`).
 * @throws {TypeError} in Python's words, which is what a Python client sees from a Python server.
 */
export function assertArguments(
  owner: string,
  method: string,
  signature: readonly string[],
  args: Readonly<Record<string, unknown>>,
): void {
  const known = new Set(signature.map((name) => name.replace(/\?$/, '')));
  const unexpected = Object.keys(args).find((name) => !known.has(name));
  if (unexpected !== undefined) {
    throw new TypeError(`${owner}.${method}() got an unexpected keyword argument '${unexpected}'`);
  }
  const missing = signature.filter((name) => !name.endsWith('?') && !Object.hasOwn(args, name));
  if (missing.length === 0) return;
  const plural = missing.length === 1 ? '' : 's';
  throw new TypeError(
    `${owner}.${method}() missing ${missing.length} required positional argument${plural}: ${listed(missing)}`,
  );
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`. */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  if (quoted.length < 3) return quoted.join(' and ');
  return `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}
