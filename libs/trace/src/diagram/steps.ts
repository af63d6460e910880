import type { Flow, FlowHop, FlowMark } from '../flow.ts';
import type { DiagramOptions } from './diagram.ts';

/** What gets a row: a message, half its way where queues are shown, or a mark. */
export type Step =
  | {
      readonly step: 'arrow';
      readonly hop: FlowHop;
      readonly from: string;
      readonly to: string;
      readonly queue?: string;
      readonly t_ms: number;
    }
  | { readonly step: 'mark'; readonly mark: FlowMark; readonly t_ms: number };

/** In the order of time; what happens at once stays in the order in which it was seen. */
export function stepsOf(flow: Flow, options: DiagramOptions): readonly Step[] {
  const { hiddenKinds = HIDDEN, hidden } = options;
  const hops = flow.hops.filter(({ id, kind }) => !hiddenKinds.includes(kind) && hidden?.has(id) !== true);
  const arrows = hops.flatMap((hop) => arrowsOf(hop, options.showsQueues === true));
  const marks = flow.marks.map((mark): Step => ({ step: 'mark', mark, t_ms: mark.t_ms }));
  return [...arrows, ...marks].sort((a, b) => a.t_ms - b.t_ms || idOf(a) - idOf(b));
}

const HIDDEN = ['heartbeat', 'notification'] as const;

function arrowsOf(hop: FlowHop, showsQueues: boolean): readonly Step[] {
  const { from, to, t_ms, delivered_t_ms } = hop;
  const [queue] = hop.queues;
  const whole = { step: 'arrow', hop, from, to, t_ms } as const;
  if (!showsQueues || queue === undefined || hop.kind === 'fanout') return [whole];
  const lane = queueLane(queue);
  const sent = { ...whole, to: lane, queue };
  return delivered_t_ms === undefined ? [sent] : [sent, { ...whole, from: lane, queue, t_ms: delivered_t_ms }];
}

/** A queue is often named as the service is. */
export function queueLane(queue: string): string {
  return `queue ${queue}`;
}

function idOf(step: Step): number {
  return step.step === 'mark' ? step.mark.id : step.hop.id;
}
