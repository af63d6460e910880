import { duration } from '../parts/figures.ts';
import type { PictureArrow } from './picture.ts';

/** An arrow as strokes: which paths, whether dashed, what stands at its end and above it. */
export interface ArrowShape {
  /** Colour: the kind of the message, or that it failed. */
  readonly tone: PictureArrow['kind'] | 'failure';
  readonly isDashed: boolean;
  readonly lines: readonly string[];
  readonly heads: readonly string[];
  /** A full head says that somebody waits for the answer; casts, fanouts and replies have open ones. */
  readonly isHeadFull: boolean;
  /** A cross for what will not arrive, a box for what waits in a queue. */
  readonly end?: { readonly sign: 'cross' | 'box'; readonly x: number };
  readonly text: string;
  readonly textX: number;
}

/** How a message is drawn: `y` of its paths is 0. */
export function shapeOf(arrow: PictureArrow, width: number): ArrowShape {
  const { kind, outcome, hop, x1, x2, copies, label, took_ms } = arrow;
  const hasFailed = hop.error !== undefined || outcome === 'lost' || outcome === 'timed out';
  const isReply = kind === 'reply';
  const text = isReply && hop.error === undefined ? (took_ms === undefined ? '' : duration(took_ms)) : label;
  const state = STATES[outcome];
  const common = {
    tone: hasFailed ? 'failure' : kind,
    isDashed: isReply || kind === 'heartbeat',
    isHeadFull: kind === 'call',
    text: state === undefined || isReply ? text : `${text} · ${state}`,
  } as const;

  if (copies !== undefined && copies.length > 0) {
    const middle = (copies.length - 1) / 2;
    const spread = Math.min(7, 16 / Math.max(1, copies.length - 1));
    const ends = copies.map(({ x }, index) => ({ x, y: Math.round((index - middle) * spread) }));
    const farthest = ends.reduce((far, { x }) => (Math.abs(x - x1) > Math.abs(far - x1) ? x : far), x1);
    return {
      ...common,
      lines: ends.map(({ x, y }) => `M${x1} 0L${short(x1, x)} ${y}`),
      heads: ends.map(({ x, y }) => head(short(x1, x), y, x < x1)),
      textX: textAt(x1, farthest, common.text, width),
    };
  }
  if (x1 === x2) {
    return {
      ...common,
      lines: [`M${x1} -5h24v10h-20`],
      heads: [head(x1 + 3, 5, true)],
      textX: textAt(x1, x1 + 60, common.text, width),
    };
  }
  const textX = textAt(x1, x2, common.text, width);
  const stopped = STOPPED[outcome];
  if (stopped !== undefined && arrow.to === hop.to) {
    const x = Math.round(x1 + (x2 - x1) * stopped.at);
    return { ...common, lines: [`M${x1} 0H${x}`], heads: [], end: { sign: stopped.sign, x }, textX };
  }
  const x = short(x1, x2);
  return { ...common, lines: [`M${x1} 0H${x}`], heads: [head(x, 0, x2 < x1)], textX };
}

/** What a label adds, so that no colour or shape alone says it. */
const STATES: Readonly<Partial<Record<PictureArrow['outcome'], string>>> = {
  queued: 'waits in the queue',
  running: 'not answered yet',
  lost: 'lost',
  'timed out': 'timed out',
};

/** How far along its way a message came. */
const STOPPED: Readonly<Partial<Record<PictureArrow['outcome'], { sign: 'cross' | 'box'; at: number }>>> = {
  queued: { sign: 'box', at: 0.82 },
  lost: { sign: 'cross', at: 0.7 },
  'timed out': { sign: 'cross', at: 0.9 },
};

/** Just before the lane, where a bar may stand. */
function short(from: number, to: number): number {
  return to > from ? to - 4 : to + 4;
}

function head(x: number, y: number, isToTheLeft: boolean): string {
  const back = isToTheLeft ? 8 : -8;
  return `M${x + back} ${y - 4}L${x} ${y}L${x + back} ${y + 4}`;
}

/** The middle of the arrow, unless the text would leave the picture. */
function textAt(x1: number, x2: number, text: string, width: number): number {
  const half = (text.length * LETTER) / 2 + 4;
  return Math.round(Math.max(half, Math.min(width - half, (x1 + x2) / 2)));
}

/** Width of a letter on average, in pixels. */
const LETTER = 6.4;
