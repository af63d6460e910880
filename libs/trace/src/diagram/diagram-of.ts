import type { Flow, FlowHop, FlowMark } from '../flow.ts';
import type { Diagram, DiagramLane, DiagramOptions, DiagramRow } from './diagram.ts';

/** Lays a flow out: lanes from left to right in the order in which they come in, rows from top to bottom in the order of time. */
export function diagramOf(flow: Flow, options: DiagramOptions = {}): Diagram {
  const { hiddenKinds = ['heartbeat', 'notification'], hidden = new Set() } = options;
  const hops = flow.hops.filter(({ id, kind }) => !hiddenKinds.includes(kind) && !hidden.has(id));
  const lanes = lanesOf(flow, hops, options);
  const xOf = new Map(lanes.map(({ id, x }) => [id, x]));
  const steps = [...hops.flatMap((hop) => stepsOf(hop, options)), ...flow.marks].sort(
    (a, b) => a.t_ms - b.t_ms || a.id - b.id,
  );
  const yOf = rowsBy(options.time ?? 'compact', steps);
  const rows = steps.map((step, index): DiagramRow => {
    const y = yOf(index);
    if ('text' in step) {
      return {
        row: 'mark',
        id: step.id,
        kind: step.kind,
        lane: step.lane,
        x: xOf.get(step.lane) ?? LEFT,
        y,
        t_ms: step.t_ms,
        text: step.text,
      };
    }
    const { hop, from, to } = step;
    return {
      row: 'arrow',
      id: hop.id,
      kind: hop.kind,
      outcome: hop.outcome,
      from,
      to,
      x1: xOf.get(from) ?? LEFT,
      x2: xOf.get(to) ?? LEFT,
      y,
      t_ms: step.t_ms,
      label: labelOf(hop, flow),
      why: hop.why,
      ...(hop.pair_id !== undefined && { pair_id: hop.pair_id }),
      ...(hop.copies !== undefined && {
        copies: [...new Set(hop.copies.map(({ lane }) => lane))].map((lane) => ({ lane, x: xOf.get(lane) ?? LEFT })),
      }),
    };
  });
  const last = rows.at(-1)?.y ?? TOP;
  return { width: widthOf(lanes, options), height: last + BOTTOM, title: flow.title, lanes, rows };
}

const LEFT = 90;
const TOP = 90;
const BOTTOM = 50;
const ROW = 36;
const LANE = 180;
/** One second to scale. */
const SCALE_PX_PER_S = 120;

interface Step {
  readonly hop: FlowHop;
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly t_ms: number;
}

function stepsOf(hop: FlowHop, { showsQueues = false }: DiagramOptions): readonly Step[] {
  const [queue] = hop.queues;
  const step = { hop, id: hop.id, from: hop.from, to: hop.to, t_ms: hop.t_ms };
  if (!showsQueues || queue === undefined || hop.kind === 'fanout') return [step];
  const sent = { ...step, to: queue };
  return hop.delivered_t_ms === undefined ? [sent] : [sent, { ...step, from: queue, t_ms: hop.delivered_t_ms }];
}

function lanesOf(flow: Flow, hops: readonly FlowHop[], options: DiagramOptions): readonly DiagramLane[] {
  const kinds = new Map<string, DiagramLane['kind']>();
  const add = (id: string, kind: DiagramLane['kind'] = 'service') => kinds.has(id) || kinds.set(id, kind);
  for (const hop of hops) {
    add(hop.from);
    if (options.showsQueues && hop.queues[0] !== undefined && hop.kind !== 'fanout') add(hop.queues[0], 'queue');
    if (hop.kind !== 'fanout') add(hop.to);
    else if (hop.copies === undefined || hop.copies.length === 0) add(hop.to, 'fanout');
    else for (const { lane } of hop.copies) add(lane);
  }
  for (const { lane } of flow.marks) add(lane);
  const step =
    options.width === undefined ? LANE : Math.max(60, (options.width - 2 * LEFT) / Math.max(1, kinds.size - 1));
  return [...kinds].map(([id, kind], index) => ({ id, label: id, kind, x: Math.round(LEFT + index * step) }));
}

function widthOf(lanes: readonly DiagramLane[], { width }: DiagramOptions): number {
  return Math.max(width ?? 0, (lanes.at(-1)?.x ?? LEFT) + LEFT);
}

/** Rows never overlap, not even to scale. */
function rowsBy(time: 'compact' | 'scale', steps: readonly (Step | FlowMark)[]): (index: number) => number {
  if (time === 'compact') return (index) => TOP + index * ROW;
  const ys: number[] = [];
  for (const [index, { t_ms }] of steps.entries()) {
    ys.push(Math.max(TOP + (t_ms / 1000) * SCALE_PX_PER_S, index === 0 ? TOP : (ys[index - 1] ?? TOP) + ROW));
  }
  return (index) => ys[index] ?? TOP;
}

function labelOf(hop: FlowHop, flow: Flow): string {
  if (hop.kind !== 'reply') return hop.method ?? hop.kind;
  if (hop.error !== undefined) return hop.error;
  const call = flow.hops.find(({ id }) => id === hop.pair_id);
  return call?.method === undefined ? 'reply' : `${call.method} answered`;
}
