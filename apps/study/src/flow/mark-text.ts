/** Where the words of a mark stand, and as much of them as there is room for. */
export interface MarkText {
  readonly text: string;
  readonly x: number;
  readonly anchor: 'start' | 'end';
}

/** To the right of its lane where it fits, else where there is more room. `left` and `right`: where the picture's words may be. */
export function markText(text: string, x: number, left: number, right: number): MarkText {
  const roomRight = lettersIn(right - x - BESIDE);
  const roomLeft = lettersIn(x - left - BESIDE);
  const isRight = text.length <= roomRight || roomRight >= roomLeft;
  const room = Math.max(1, isRight ? roomRight : roomLeft);
  return {
    text: text.length > room ? `${text.slice(0, room - 1).trimEnd()}…` : text,
    x: isRight ? x + BESIDE : x - BESIDE,
    anchor: isRight ? 'start' : 'end',
  };
}

/** From the lane to the words, in pixels. */
const BESIDE = 12;
/** Width of a letter on average, in pixels. */
const LETTER = 6.6;

const lettersIn = (px: number) => Math.floor(px / LETTER);
