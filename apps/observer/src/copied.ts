/** A piece of a text keeps the whole of it in memory; a copy does not. */
export function copied(text: string): string {
  return Buffer.from(text).toString();
}
