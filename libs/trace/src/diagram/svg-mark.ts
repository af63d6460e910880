import type { DiagramMark } from './diagram.ts';
import { escapeXml, fitted, svgText } from './svg-text.ts';
import { svgTime } from './svg-time.ts';

/** What was told along the way, on the lane of who told it; a sign before the text says of what kind it is. */
export function svgMark({ id, kind, x, y, t_ms, text }: DiagramMark): string {
  const shown = fitted(`${SIGNS[kind]} ${text}`, WIDEST);
  const width = Math.round(shown.length * CHARACTER_PX) + 16;
  const left = Math.max(EDGE, x - width / 2);
  return [
    `<g class="mark ${kind}" data-id="${id}"><title>${escapeXml(text)}</title>`,
    svgTime(t_ms, y),
    `<rect x="${left}" y="${y - 10}" width="${width}" height="20" rx="${kind === 'state' ? 10 : 2}"/>`,
    svgText({ class: 'said', x: left + width / 2, y: y + 4, text: shown }),
    '</g>',
  ].join('');
}

const SIGNS: Readonly<Record<DiagramMark['kind'], string>> = {
  http: '⇄',
  state: '●',
  verdict: '◆',
  fault: '!',
  note: '·',
};
const CHARACTER_PX = 6;
const WIDEST = 300;
/** The times are left of it. */
const EDGE = 70;
