import type { BindingNode, ConsumerNode, ExchangeNode } from './bus-model.ts';
import type { QueueFold } from './queue-folds.ts';

/** The bus with a place for everything, in pixels from the upper left corner; `y` is a middle, boxes stand around it. */
export interface BusPicture {
  readonly width: number;
  readonly height: number;
  readonly heads: readonly { readonly x: number; readonly text: string }[];
  readonly exchanges: readonly ExchangeBox[];
  readonly bindings: readonly BindingBox[];
  readonly queues: readonly QueueBox[];
  /** Empty where there is no room for them: then each queue names its own. */
  readonly consumers: readonly ConsumerBox[];
  readonly consumings: readonly { readonly from: string; readonly program: string; readonly path: string }[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ExchangeBox extends Box {
  readonly node: ExchangeNode;
}

export interface BindingBox extends Box {
  readonly node: BindingNode;
  /** From the exchange to the key, and from the key on. */
  readonly paths: readonly [string, string];
}

export interface QueueBox extends Box {
  readonly node: QueueFold;
  /** Each of a fold that is open, one under the other. */
  readonly members: readonly MemberBox[];
  /** Who consumes, where it is not drawn. */
  readonly programs: readonly ConsumerNode[];
}

export interface MemberBox extends Box {
  readonly name: string;
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
}

/** Processes of one program, as a box. */
export interface ConsumerBox extends Box {
  readonly node: ConsumerNode;
}
