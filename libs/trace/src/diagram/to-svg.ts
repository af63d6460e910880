import type { Diagram, DiagramLane } from './diagram.ts';
import { svgArrow } from './svg-arrow.ts';
import { svgMark } from './svg-mark.ts';
import { type SvgTheme, svgStyle } from './svg-style.ts';
import { escapeXml, svgText } from './svg-text.ts';

export interface SvgOptions {
  /** `auto` follows whoever looks (`prefers-color-scheme`); default. */
  readonly theme?: SvgTheme;
}

/** The diagram as an image of its own: no script, no font and no file from elsewhere. */
export function toSvg(diagram: Diagram, { theme = 'auto' }: SvgOptions = {}): string {
  const { width, height, title, lanes, rows } = diagram;
  const drawn = rows.map((row) => (row.row === 'arrow' ? svgArrow(row) : svgMark(row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${svgStyle(theme)}</style>`,
    '<rect class="paper" width="100%" height="100%"/>',
    svgText({ class: 'title', x: 16, y: 28, text: title }),
    ...lanes.map((lane) => svgLane(lane, height)),
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

/** Service above, host below it, and the line down. */
function svgLane({ id, label, kind, x }: DiagramLane, height: number): string {
  const dot = kind === 'service' ? label.indexOf('.') : -1;
  const [name, host] = dot === -1 ? [label, ''] : [label.slice(0, dot), label.slice(dot + 1)];
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  return [
    `<g class="lane ${kind}" data-lane="${escapeXml(id)}"><title>${escapeXml(label)}</title>`,
    svgText({ class: 'name', x, y: 56, text: shown }),
    host === '' ? '' : svgText({ class: 'host', x, y: 72, text: host }),
    `<line class="life" x1="${x}" y1="80" x2="${x}" y2="${height - 16}"/></g>`,
  ].join('');
}

const LONGEST_NAME = 26;
