import { classicFlows, type Flow as KnownFlow, type FlowHop as KnownHop, modernFlows } from '@novasim/flows';
import type { Flow, FlowHop } from '@novasim/trace';

/** The flow that this looks most like, and what each of its hops says about the hop that was seen. */
export interface Tale {
  readonly known: KnownFlow | undefined;
  /** By the id of the hop; a hop that no known flow has is not in here. */
  readonly says: ReadonlyMap<number, string>;
}

const KNOWN: readonly KnownFlow[] = [...classicFlows, ...modernFlows];

/** Tells a flow in the words of the known flow that explains most of it; replies are left out, as the known flows do. */
export function taleOf({ hops, outcome }: Pick<Flow, 'hops' | 'outcome'>): Tale {
  const asked = hops.filter(({ kind }) => kind === 'call' || kind === 'cast' || kind === 'fanout');
  // What ends in ERROR ends so because a service said so: not while it goes on, and not because a message was lost.
  const maySayError = outcome === 'failed' && !asked.some((hop) => UNHEARD.has(hop.outcome));
  const [best] = KNOWN.filter((flow) => maySayError || flow.outcome !== 'ERROR')
    .map((flow) => ({ known: flow, ...told(asked, flow.hops) }))
    .filter(({ says }) => says.size > 0)
    .sort((a, b) => b.score - a.score || a.known.hops.length - b.known.hops.length);
  if (best === undefined) return { known: undefined, says: new Map() };
  return { known: best.known, says: new Map([...saidOnce(asked, best.known.hops), ...best.says]) };
}

const UNHEARD: ReadonlySet<FlowHop['outcome']> = new Set(['sent', 'queued', 'lost', 'timed out']);

interface Told {
  readonly says: ReadonlyMap<number, string>;
  /** How well it fits: what was told, less what had to be passed over. */
  readonly score: number;
}

/** Each hop takes the next sentence of its method that has not been told yet. */
function told(hops: readonly FlowHop[], known: readonly KnownHop[]): Told {
  const says = new Map<number, string>();
  let next = 0;
  let passedOver = 0;
  for (const hop of hops) {
    const found = known.findIndex((one, index) => index >= next && isSame(hop, one));
    const one = known[found];
    if (one === undefined) continue;
    says.set(hop.id, one.says);
    passedOver += found - next;
    next = found + 1;
  }
  return { says, score: says.size - PASSED_OVER_COSTS * passedOver };
}

/** A step that should have been seen tells more against a flow than a step that was seen tells for it. */
const PASSED_OVER_COSTS = 3;

/** Where many instances are built at once, a step comes again: it has its sentence where the flow has only one for it. */
function saidOnce(hops: readonly FlowHop[], known: readonly KnownHop[]): ReadonlyMap<number, string> {
  const says = new Map<number, string>();
  for (const hop of hops) {
    const [only, another] = known.filter((one) => isSame(hop, one));
    if (only !== undefined && another === undefined) says.set(hop.id, only.says);
  }
  return says;
}

function isSame(hop: FlowHop, known: KnownHop): boolean {
  const isAbout = !('object' in known) || known.object === undefined || known.object === hop.about;
  return isAbout && hop.method === known.method && serviceOf(hop.from) === known.from && serviceOf(hop.to) === known.to;
}

/** `compute` of `compute.h3` and of `compute_fanout`. */
function serviceOf(lane: string): string {
  return lane.replace(/_fanout$/, '').split('.')[0] ?? lane;
}
