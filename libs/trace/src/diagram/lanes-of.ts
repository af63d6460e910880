import type { DiagramLane, DiagramOptions } from './diagram.ts';
import { LANE, LEFT, NARROWEST_LANE, RIGHT } from './space.ts';
import type { Step } from './steps.ts';

/** The lanes that the steps touch, in the order in which they come in. */
export function lanesOf(steps: readonly Step[], { width }: DiagramOptions): readonly DiagramLane[] {
  const kinds = new Map<string, DiagramLane['kind']>();
  for (const { id, kind } of steps.flatMap(touched)) if (!kinds.has(id)) kinds.set(id, kind);
  const room = width === undefined ? LANE : (width - LEFT - RIGHT) / Math.max(1, kinds.size - 1);
  const step = Math.max(NARROWEST_LANE, Math.min(LANE * 2, room));
  return [...kinds].map(([id, kind], index) => ({ id, label: id, kind, x: Math.round(LEFT + index * step) }));
}

type Touched = Pick<DiagramLane, 'id' | 'kind'>;

function touched(step: Step): readonly Touched[] {
  if (step.step === 'mark') return [{ id: step.mark.lane, kind: 'service' }];
  const { hop, from, to, queue } = step;
  const end = (id: string): Touched => ({ id, kind: id === queue ? 'queue' : 'service' });
  if (hop.kind !== 'fanout') return [end(from), end(to)];
  const copies = (hop.copies ?? []).map(({ lane }) => end(lane));
  return [end(from), ...(copies.length > 0 ? copies : [{ id: to, kind: 'fanout' } as const])];
}
