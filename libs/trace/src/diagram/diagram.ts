import type { FlowMark, HopKind, HopOutcome } from '../flow.ts';

/** A sequence diagram as data: what is where, in pixels, ready to be drawn by anybody. */
export interface Diagram {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly lanes: readonly DiagramLane[];
  /** In the order of time: the arrows and marks, each with its line. */
  readonly rows: readonly DiagramRow[];
}

export interface DiagramLane {
  readonly id: string;
  readonly label: string;
  readonly kind: 'service' | 'queue' | 'fanout';
  readonly x: number;
}

export type DiagramRow = DiagramArrow | DiagramMark;

export interface DiagramArrow {
  readonly row: 'arrow';
  readonly id: number;
  readonly kind: HopKind;
  readonly outcome: HopOutcome;
  readonly from: string;
  readonly to: string;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly t_ms: number;
  readonly label: string;
  readonly why: string;
  readonly pair_id?: number;
  /** Fanouts: the ends of the fan. */
  readonly copies?: readonly { readonly lane: string; readonly x: number }[];
}

export interface DiagramMark {
  readonly row: 'mark';
  readonly id: number;
  readonly kind: FlowMark['kind'];
  readonly lane: string;
  readonly x: number;
  readonly y: number;
  readonly t_ms: number;
  readonly text: string;
}

export interface DiagramOptions {
  /** Queues become lanes between sender and receiver. Default false. */
  readonly showsQueues?: boolean;
  /** `scale` puts rows where their time is; `compact` one below the other. Default `compact`. */
  readonly time?: 'compact' | 'scale';
  /** Kinds of hops that are left out; default heartbeats and notifications (their marks stay). */
  readonly hiddenKinds?: readonly HopKind[];
  /** Hops that are left out, by id. */
  readonly hidden?: ReadonlySet<number>;
  /** In pixels; default as wide as the lanes want. */
  readonly width?: number;
}
