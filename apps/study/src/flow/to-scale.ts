/** Something that happens at a time and is drawn at a height. */
interface Row {
  readonly t_ms: number;
  readonly y: number;
}

/**
 * Rows moved apart as their times are apart: a wait is as long to the eye as it was. The whole becomes up to
 * twice as high as with rows of one height; what happens at once stays one row apart.
 */
export function toScale<R extends Row>(rows: readonly R[]): readonly R[] {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined || last.t_ms <= first.t_ms) return rows;
  const pxPerMs = (STRETCH * (last.y - first.y)) / (last.t_ms - first.t_ms);
  let before = first;
  let y = first.y;
  return rows.map((row) => {
    const gap = row.y - before.y;
    y = Math.round(Math.max(first.y + (row.t_ms - first.t_ms) * pxPerMs, y + gap));
    before = row;
    return { ...row, y };
  });
}

const STRETCH = 1.25;
