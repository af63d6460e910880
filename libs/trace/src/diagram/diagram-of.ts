import type { Flow, FlowHop, FlowMark } from '../flow.ts';
import type { Diagram, DiagramArrow, DiagramLane, DiagramMark, DiagramOptions, DiagramRow } from './diagram.ts';
import { lanesOf } from './lanes-of.ts';
import { rowsDown } from './rows-down.ts';
import { BOTTOM, LEFT, RIGHT, TOP } from './space.ts';
import { type Step, stepsOf } from './steps.ts';

/** Lays a flow out: lanes from left to right in the order in which they come in, rows from top to bottom in the order of time. */
export function diagramOf(flow: Flow, options: DiagramOptions = {}): Diagram {
  const steps = stepsOf(flow, options);
  const lanes = lanesOf(steps, options);
  const xs = new Map(lanes.map(({ id, x }) => [id, x]));
  const ys = rowsDown(
    steps.map(({ t_ms }) => t_ms),
    options.time,
  );
  const calls = new Map(flow.hops.map((hop) => [hop.id, hop]));
  const rows = steps.map((step, index): DiagramRow => {
    const y = ys[index] ?? TOP;
    return step.step === 'mark' ? markRow(step.mark, xs, y) : arrowRow(step, calls, xs, y);
  });
  return {
    width: Math.max(options.width ?? 0, (lanes.at(-1)?.x ?? LEFT) + RIGHT),
    height: (ys.at(-1) ?? TOP) + BOTTOM,
    title: flow.title,
    lanes,
    rows,
  };
}

type Xs = ReadonlyMap<DiagramLane['id'], number>;

function markRow({ id, kind, lane, t_ms, text }: FlowMark, xs: Xs, y: number): DiagramMark {
  return { row: 'mark', id, kind, lane, x: xs.get(lane) ?? LEFT, y, t_ms, text };
}

function arrowRow(
  { hop, from, to, t_ms }: Extract<Step, { step: 'arrow' }>,
  calls: ReadonlyMap<number, FlowHop>,
  xs: Xs,
  y: number,
): DiagramArrow {
  const lanes = [...new Set((hop.copies ?? []).map(({ lane }) => lane))];
  return {
    row: 'arrow',
    id: hop.id,
    kind: hop.kind,
    outcome: hop.outcome,
    from,
    to,
    x1: xs.get(from) ?? LEFT,
    x2: xs.get(to) ?? LEFT,
    y,
    t_ms,
    label: labelOf(hop, calls),
    why: hop.why,
    ...(hop.pair_id !== undefined && { pair_id: hop.pair_id }),
    ...(lanes.length > 0 && { copies: lanes.map((lane) => ({ lane, x: xs.get(lane) ?? LEFT })) }),
  };
}

/** What is asked, the narrower the better; of a reply what it says of the call. */
function labelOf(hop: FlowHop, calls: ReadonlyMap<number, FlowHop>): string {
  if (hop.kind === 'reply') {
    const call = hop.pair_id === undefined ? undefined : calls.get(hop.pair_id);
    return hop.error ?? (call === undefined ? 'reply' : `${nameOf(call)} answered`);
  }
  const copies = hop.copies?.length ?? 0;
  return copies > 1 ? `${nameOf(hop)} ×${copies}` : nameOf(hop);
}

function nameOf({ about, method, kind }: FlowHop): string {
  return about ?? method ?? kind;
}
