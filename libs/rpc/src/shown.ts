import { stringifyJson } from './json.ts';

/** A value from a peer as text for people. `String` would throw for an object whose `toString` is data. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : stringifyJson(value);
}
