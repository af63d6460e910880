import type { FlowComparison } from '@novasim/trace';
import { counted } from '../parts/figures.ts';

/** The comparison in a sentence or two. */
export function verdictOf({ rows, same, moved, only_a, only_b, parts_at }: FlowComparison): string {
  const differs = rows.filter(({ kind }) => kind === 'differs').length;
  if (parts_at === undefined)
    return `Both have the same ${counted(same, 'message')}, in the same order and with the same ends.`;
  const parts = [
    same > 0 && `${counted(same, 'message')} the same`,
    differs > 0 && `${differs.toLocaleString('en')} with another end`,
    moved > 0 && `${moved.toLocaleString('en')} in another place`,
    only_a > 0 && `${only_a.toLocaleString('en')} only in the first`,
    only_b > 0 && `${only_b.toLocaleString('en')} only in the second`,
  ].filter(Boolean);
  const row = rows[parts_at];
  const at = row?.a ?? row?.b;
  return `${parts.join(', ')}. They part at ${at?.about ?? at?.method ?? 'a message without a method'}.`;
}
