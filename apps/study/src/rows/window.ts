/** A stretch of rows: from `first`, up to but without `end`. */
export interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** The rows of one height that are in view, and as many before and after as make scrolling smooth. */
export function rowsInView(top: number, viewHeight: number, rowHeight: number, count: number, spare = 8): Stretch {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - spare);
  const end = Math.min(count, Math.ceil((top + viewHeight) / rowHeight) + spare);
  return { first, end: Math.max(first, end) };
}

/** The same for rows that stand where they stand, in ascending order of `y`. */
export function rowsBetween(rows: readonly { readonly y: number }[], top: number, bottom: number): Stretch {
  return { first: firstAt(rows, top), end: firstAt(rows, bottom) };
}

/** Index of the first row at `y` or below it. */
function firstAt(rows: readonly { readonly y: number }[], y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.y ?? y) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}
