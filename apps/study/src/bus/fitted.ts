/** Width of a letter on average, in pixels. */
const LETTER = 6.9;

/** About as wide as a text of this length is, in pixels. */
export function textWidth(text: string): number {
  return text.length * LETTER;
}

/** The text, shortened so that it fits in pixels: the end of a name tells more than its middle. */
export function fitted(text: string, width: number): string {
  const most = Math.max(4, Math.floor(width / LETTER));
  if (text.length <= most) return text;
  const tail = Math.floor(most / 3);
  return `${text.slice(0, most - tail - 1)}…${text.slice(text.length - tail)}`;
}
