/** A text of a drawing, in its place. */
export interface PlacedText {
  readonly class: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export function svgText({ class: name, x, y, text }: PlacedText): string {
  return `<text class="${name}" x="${x}" y="${y}">${escapeXml(text)}</text>`;
}

/** Text for an XML document, what may not be in one left out. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Controls and halves of surrogate pairs. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}]|[\ufffe\uffff]/gu;

/** As much of a text as there is room for; half a line of 12 px is taken for the width of a character. */
export function fitted(text: string, width: number): string {
  const room = Math.max(3, Math.floor(width / CHARACTER_PX));
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

const CHARACTER_PX = 6.3;
