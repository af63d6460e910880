import { ROW, TOP } from './space.ts';

/** How far down each moment is. To scale, a row is where its time is, unless the one before is in its place. */
export function rowsDown(times_ms: readonly number[], time: 'compact' | 'scale' = 'compact'): readonly number[] {
  if (time === 'compact') return times_ms.map((_, index) => TOP + index * ROW);
  const [first = 0] = times_ms;
  const length_ms = (times_ms.at(-1) ?? 0) - first;
  const pxPerMs = Math.min(PX_PER_MS, LONGEST_PX / Math.max(1, length_ms));
  const ys: number[] = [];
  for (const t_ms of times_ms) {
    ys.push(Math.max(TOP + (t_ms - first) * pxPerMs, (ys.at(-1) ?? TOP - ROW) + ROW));
  }
  return ys.map(Math.round);
}

const PX_PER_MS = 0.4;
const LONGEST_PX = 12_000;
