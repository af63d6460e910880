import type { Diagram } from '@novasim/trace';

/** The messages of a picture in their order; one that stops in a queue has two arrows and is one. */
export function stepsOf({ rows }: Diagram): readonly number[] {
  return [...new Set(rows.filter(({ row }) => row === 'arrow').map(({ id }) => id))];
}

/** The message that comes so many after another one in the picture; the first (or last) where none is chosen. */
export function stepFrom(ids: readonly number[], selected: number | undefined, by: number): number | undefined {
  const at = selected === undefined ? -1 : ids.indexOf(selected);
  if (at === -1) return by > 0 ? ids[0] : ids.at(-1);
  return ids[Math.max(0, Math.min(ids.length - 1, at + by))];
}
