import type { GapEvent } from './bus-event.ts';
import type { FlowHop } from './flow.ts';
import type { MessageRecord } from './record.ts';
import type { WhoIsWho } from './who-is-who.ts';

/** What of the rest of its flow, of the bus and of the time a hop's story depends on. */
export interface HopSight {
  readonly who: WhoIsWho;
  readonly now_ms: number;
  readonly started_at_ms: number;
  /** Replies and heartbeats of the flow, by `_msg_id`, in order. */
  readonly replies: ReadonlyMap<string, readonly MessageRecord[]>;
  readonly callOf: (msgId: string) => MessageRecord | undefined;
  /** What the process behind a connection sent in this flow from a time on. */
  readonly sentBy: (connection: string, since_ms: number) => readonly MessageRecord[];
  /** Whether no instance of the flow is in the middle of a task; undefined where nothing was said of states. */
  readonly isSettled: boolean | undefined;
  /** A time between these two when the tap was blind. */
  readonly gapsBetween: (from_ms: number, to_ms: number) => GapEvent | undefined;
  /** Receivers so far, latest first. */
  readonly seen: readonly string[];
  /** The hops before this one. */
  readonly hops: readonly FlowHop[];
}
