import type { Diagram } from '@novasim/trace';

/** The message that comes so many after another one in the picture; the first (or last) where none is chosen. */
export function stepFrom({ rows }: Diagram, selected: number | undefined, by: number): number | undefined {
  const ids = [...new Set(rows.filter(({ row }) => row === 'arrow').map(({ id }) => id))];
  const at = selected === undefined ? -1 : ids.indexOf(selected);
  if (at === -1) return by > 0 ? ids[0] : ids.at(-1);
  return ids[Math.max(0, Math.min(ids.length - 1, at + by))];
}
