/**
 * Whether an endpoint that implements `implemented` can serve a request for `requested`.
 * Parts are integers: same major, minor not above, and with equal minors a third part not above (missing: 0).
 * An endpoint without a version serves everything; a request without one fits no versioned endpoint.
 * @throws {RangeError} when a part is not an integer.
 * Rule: oslo.messaging `_utils.version_is_compatible`.
 */
export function compatible(implemented: string | null | undefined, requested: string | null | undefined): boolean {
  if (implemented == null) return true;
  if (requested == null) return false;
  const have = parseVersion(implemented);
  const want = parseVersion(requested);
  if (have.major !== want.major) return false;
  if (want.minor !== have.minor) return want.minor < have.minor;
  return want.patch <= have.patch;
}

/** The integer parts of `major.minor[.patch]`; what follows is not looked at. @throws {RangeError} naming the text that does not parse. */
export function parseVersion(text: string): { major: number; minor: number; patch: number } {
  const match = /^\s*(\d+)\.(\d+)(?:\.(\d+)(?:\..*)?)?\s*$/s.exec(text);
  if (match === null) throw new RangeError(`version '${text}' is not of the form major.minor with integers`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}
