import type { DiagramArrow } from './diagram.ts';
import { escapeXml, fitted, svgText } from './svg-text.ts';
import { svgTime } from './svg-time.ts';

/**
 * A message: solid and filled for a call, dashed for its reply, open for a cast, a fan for a fanout. What failed ends in a
 * cross, what waits in a ring, and both say so beside their label.
 */
export function svgArrow(arrow: DiagramArrow): string {
  const { id, kind, outcome, y, t_ms, why, from, to } = arrow;
  const name = `arrow ${kind} ${outcome.replace(' ', '-')}${arrow.x1 === arrow.x2 ? ' loop' : ''}`;
  const title = `${kind} from ${from} to ${to}: ${arrow.label}. ${why}`;
  const ends = arrow.copies === undefined || arrow.copies.length === 0 ? [arrow.x2] : arrow.copies.map(({ x }) => x);
  const drawn = ends.map((x) => (x === arrow.x1 ? loop(arrow) : straight(arrow, x))).join('');
  return `<g class="${name}" data-id="${id}"><title>${escapeXml(title)}</title>${svgTime(t_ms, y)}${drawn}${labels(arrow, ends)}</g>`;
}

function straight({ x1, y, kind, outcome }: DiagramArrow, x2: number): string {
  const way = Math.sign(x2 - x1);
  const end = outcome === 'lost' ? Math.round((x1 + x2) / 2) : x2 - way * GAP;
  const fan = kind === 'fanout' ? FAN : 0;
  return `<path class="shaft" d="M${x1 + way * GAP} ${y - fan}L${end} ${y}"/>${head(kind, outcome, end, y, way)}`;
}

function loop({ x1, y, kind, outcome }: DiagramArrow): string {
  const out = x1 + LOOP;
  return `<path class="shaft" d="M${x1 + GAP} ${y - 6}H${out}V${y + 6}H${x1 + GAP}"/>${head(kind, outcome, x1 + GAP, y + 6, -1)}`;
}

/** The end of the arrow, at `x`, pointing right (1) or left (-1). */
function head(kind: DiagramArrow['kind'], outcome: DiagramArrow['outcome'], x: number, y: number, way: number): string {
  if (outcome === 'lost' || (kind === 'reply' && outcome === 'failed')) return cross(x, y);
  if (outcome === 'queued')
    return `<path d="M${x - way * 9} ${y}a4.5 4.5 0 1 0 ${way * 9} 0a4.5 4.5 0 1 0 ${-way * 9} 0"/>`;
  const back = x - way * 8;
  if (kind === 'call') return `<path class="solid" d="M${x} ${y}L${back} ${y - 4}V${y + 4}Z"/>`;
  return `<path d="M${back} ${y - 4}L${x} ${y}L${back} ${y + 4}"/>`;
}

function cross(x: number, y: number): string {
  return `<path d="M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}"/>`;
}

function labels({ x1, y, label, outcome }: DiagramArrow, ends: readonly number[]): string {
  const furthest = ends.reduce((far, x) => (Math.abs(x - x1) > Math.abs(far - x1) ? x : far), x1);
  if (furthest === x1)
    return svgText({ class: 'label', x: x1 + LOOP + 8, y: y + 4, text: fitted(said(label, outcome), 180) });
  const x = Math.round((x1 + furthest) / 2);
  const width = Math.max(150, Math.abs(furthest - x1) - 16);
  const end = SAID.has(outcome) ? svgText({ class: 'end', x, y: y + 14, text: outcome }) : '';
  return `${svgText({ class: 'label', x, y: y - 6, text: fitted(label, width) })}${end}`;
}

function said(label: string, outcome: DiagramArrow['outcome']): string {
  return SAID.has(outcome) ? `${label} · ${outcome}` : label;
}

const SAID: ReadonlySet<string> = new Set(['queued', 'running', 'failed', 'timed out', 'lost']);
const GAP = 3;
const LOOP = 32;
/** The copies of a fanout begin above and spread. */
const FAN = 6;
