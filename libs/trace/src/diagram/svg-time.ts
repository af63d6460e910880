import { inWords } from '../words.ts';
import { LEFT } from './space.ts';
import { svgText } from './svg-text.ts';

/** When a row was, beside it. */
export function svgTime(t_ms: number, y: number): string {
  return svgText({ class: 'time', x: LEFT - 86, y: y + 4, text: `+${inWords(t_ms)}` });
}
