import type { Diagram, DiagramArrow, DiagramLane, DiagramMark, Flow, FlowHop } from '@novasim/trace';
import { type MarkText, markText } from './mark-text.ts';
import { toScale } from './to-scale.ts';

/** A sequence diagram fitted to a width, with what the eye needs beside the arrows. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Where the times stand, to the right of it the lanes begin; 0: too narrow for times. */
  readonly gutter: number;
  readonly lanes: readonly DiagramLane[];
  readonly rows: readonly PictureRow[];
  readonly bars: readonly Bar[];
}

export type PictureRow = PictureArrow | PictureMark;

export interface PictureMark extends DiagramMark {
  /** The notification that said it, where it is known. */
  readonly hop?: FlowHop;
  /** As much of the words as there is room for. */
  readonly shown: MarkText;
}

export interface PictureArrow extends DiagramArrow {
  readonly hop: FlowHop;
  /** Replies: how long the call took. */
  readonly took_ms?: number;
}

/** From the arrival of a call to its answer, on the lane that works on it. */
export interface Bar {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly end: number;
  /** Nobody has answered: it goes on to the end of the picture. */
  readonly isOpen: boolean;
}

/**
 * The lanes of `diagramOf`, drawn together or apart as the width allows; their names stand elsewhere, so it begins higher.
 * `isToScale`: rows are as far apart as their times.
 */
export function pictureOf(flow: Flow, diagram: Diagram, width: number, isToScale = false): Picture {
  const isNarrow = width < NARROW;
  const gutter = isNarrow ? 0 : GUTTER;
  const left = isNarrow ? 40 : gutter + 56;
  const right = isNarrow ? 44 : 80;
  const gaps = Math.max(1, diagram.lanes.length - 1);
  const gap = Math.max(isNarrow ? 64 : 104, Math.min(WIDEST_GAP, (width - left - right) / gaps));
  const order = new Map(diagram.lanes.map(({ x }, index) => [x, Math.round(left + index * gap)]));
  const xOf = (x: number) => order.get(x) ?? left;
  const headroom = (diagram.rows[0]?.y ?? FIRST_ROW) - FIRST_ROW;
  const yOf = (y: number) => y - headroom;
  const hops = new Map(flow.hops.map((hop) => [hop.id, hop]));

  const drawn = Math.max(width, left + gaps * gap + right);
  const placed = diagram.rows.flatMap((row): readonly PictureRow[] => {
    const hop = hops.get(row.id);
    if (row.row === 'mark') {
      const x = xOf(row.x);
      const shown = markText(row.text, x, gutter, drawn);
      return [{ ...row, x, y: yOf(row.y), shown, ...(hop && { hop }) }];
    }
    if (hop === undefined) return [];
    const call = hop.kind === 'reply' && hop.pair_id !== undefined ? hops.get(hop.pair_id) : undefined;
    return [
      {
        ...row,
        x1: xOf(row.x1),
        x2: xOf(row.x2),
        y: yOf(row.y),
        hop,
        ...(row.copies && { copies: row.copies.map(({ lane, x }) => ({ lane, x: xOf(x) })) }),
        ...(call && { took_ms: hop.t_ms - call.t_ms }),
      },
    ];
  });
  const rows = isToScale ? toScale(placed) : placed;
  const height = yOf(diagram.height) + (rows.at(-1)?.y ?? 0) - (placed.at(-1)?.y ?? 0);
  return {
    width: drawn,
    height,
    gutter,
    lanes: diagram.lanes.map((lane) => ({ ...lane, x: xOf(lane.x) })),
    rows,
    bars: barsOf(rows, height),
  };
}

const NARROW = 640;
const GUTTER = 72;
/** Where the first row stands. */
const FIRST_ROW = 36;
const WIDEST_GAP = 230;

function barsOf(rows: readonly PictureRow[], height: number): readonly Bar[] {
  const arrows = rows.filter((row): row is PictureArrow => row.row === 'arrow');
  const answered = new Map<number | undefined, number>();
  for (const { kind, hop, y } of arrows) {
    if (kind === 'reply' && !answered.has(hop.pair_id)) answered.set(hop.pair_id, y); // as it leaves, not as it arrives
  }
  return arrows.flatMap(({ id, kind, outcome, hop, to, x2, y }): readonly Bar[] => {
    if (kind !== 'call' || to !== hop.to) return [];
    const end = answered.get(id);
    if (end !== undefined) return [{ id, x: x2, y, end, isOpen: false }];
    return outcome === 'running' ? [{ id, x: x2, y, end: height, isOpen: true }] : [];
  });
}
