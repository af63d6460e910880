import {
  bootClassic,
  bootModern,
  bootNoAddressClassic,
  bootNoValidHostClassic,
  bootNoValidHostModern,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
  bootRescheduleModern,
  type Flow as KnownFlow,
  type FlowHop as KnownHop,
  schedulerStartClassic,
  terminateClassic,
  terminateModern,
} from '@novasim/flows';
import type { Flow, FlowHop } from '@novasim/trace';

/** The flow that this looks most like, and what each of its hops says about the hop that was seen. */
export interface Tale {
  readonly known: KnownFlow | undefined;
  /** By the id of the hop; a hop that no known flow has is not in here. */
  readonly says: ReadonlyMap<number, string>;
}

const KNOWN: readonly KnownFlow[] = [
  bootClassic,
  bootModern,
  bootNoValidHostClassic,
  bootNoAddressClassic,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
  terminateClassic,
  schedulerStartClassic,
  bootModern,
  bootNoValidHostModern,
  bootRescheduleModern,
  terminateModern,
];

/** Tells a flow in the words of the known flow that explains most of it; replies are left out, as the known flows do. */
export function taleOf({ hops, outcome }: Pick<Flow, 'hops' | 'outcome'>): Tale {
  const asked = hops.filter(({ kind }) => kind === 'call' || kind === 'cast' || kind === 'fanout');
  // What ends in ERROR ends so because a service said so: not while it goes on, and not because a message was lost.
  const maySayError = outcome === 'failed' && !asked.some((hop) => UNHEARD.has(hop.outcome));
  const tales = KNOWN.filter((flow) => maySayError || flow.outcome !== 'ERROR')
    .map((flow) => ({ known: flow, says: told(asked, flow.hops) }))
    .filter(({ says }) => says.size > 0)
    .sort((a, b) => b.says.size - a.says.size || a.known.hops.length - b.known.hops.length);
  return tales[0] ?? { known: undefined, says: new Map() };
}

const UNHEARD: ReadonlySet<FlowHop['outcome']> = new Set(['sent', 'queued', 'lost', 'timed out']);

/** Each hop takes the next sentence of its method that has not been told yet. */
function told(hops: readonly FlowHop[], known: readonly KnownHop[]): ReadonlyMap<number, string> {
  const says = new Map<number, string>();
  let next = 0;
  for (const hop of hops) {
    const found = known.findIndex((one, index) => index >= next && isSame(hop, one));
    const one = known[found];
    if (one === undefined) continue;
    says.set(hop.id, one.says);
    next = found + 1;
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
