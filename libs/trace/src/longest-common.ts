/** One row of two sequences side by side; one side may have nothing there. */
export interface Aligned<T> {
  readonly a?: T;
  readonly b?: T;
}

/** Puts two sequences side by side so that as many as possible stand beside their like; what only one has stands alone. */
export function longestCommon<T>(a: readonly T[], b: readonly T[], keyOf: (value: T) => string): readonly Aligned<T>[] {
  const [as, bs] = [a.map(keyOf), b.map(keyOf)];
  const lengths = table(as, bs);
  const width = b.length + 1;
  const rows: Aligned<T>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const down = i < a.length ? (lengths[(i + 1) * width + j] ?? 0) : -1;
    const right = j < b.length ? (lengths[i * width + j + 1] ?? 0) : -1;
    if (i < a.length && j < b.length && as[i] === bs[j]) rows.push({ a: a[i++] as T, b: b[j++] as T });
    else if (down >= right)
      rows.push({ a: a[i++] as T }); // within bounds: `down` is -1 at the end
    else rows.push({ b: b[j++] as T });
  }
  return rows;
}

/** At `i * width + j`: how many of `a` from i and `b` from j may stand side by side. */
function table(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const next = (i + 1) * width + j;
      lengths[i * width + j] =
        a[i] === b[j] ? (lengths[next + 1] ?? 0) + 1 : Math.max(lengths[next] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}
