import type { DiagramLane, DiagramOptions } from './diagram.ts';
import { LANE, LEFT, NARROWEST_LANE, RIGHT } from './space.ts';
import { queueLane, type Step } from './steps.ts';

/** The lanes that the steps touch, in the order in which they come in. */
export function lanesOf(steps: readonly Step[], { width }: DiagramOptions): readonly DiagramLane[] {
  const lanes = new Map<string, Touched>();
  for (const lane of steps.flatMap(touched)) if (!lanes.has(lane.id)) lanes.set(lane.id, lane);
  const room = width === undefined ? LANE : (width - LEFT - RIGHT) / Math.max(1, lanes.size - 1);
  const step = Math.max(NARROWEST_LANE, Math.min(LANE * 2, room));
  return [...lanes.values()].map((lane, index) => ({ ...lane, x: Math.round(LEFT + index * step) }));
}

type Touched = Omit<DiagramLane, 'x'>;

function touched(step: Step): readonly Touched[] {
  if (step.step === 'mark') return [service(step.mark.lane)];
  const { hop, from, to, queue } = step;
  const end = (id: string): Touched =>
    queue !== undefined && id === queueLane(queue) ? { id, label: queue, kind: 'queue' } : service(id);
  if (hop.kind !== 'fanout') return [end(from), end(to)];
  const copies = (hop.copies ?? []).map(({ lane }) => service(lane));
  return [service(from), ...(copies.length > 0 ? copies : [{ id: to, label: to, kind: 'fanout' } as const])];
}

function service(id: string): Touched {
  return { id, label: id, kind: 'service' };
}
