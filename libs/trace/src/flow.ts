/**
 * A request of a cloud as it travelled: JSON as the observer serves it and the study pages draw it. `t_ms` counts from the
 * first thing seen of the flow.
 */
export interface Flow extends FlowSummary {
  readonly lanes: readonly Lane[];
  readonly hops: readonly FlowHop[];
  readonly marks: readonly FlowMark[];
}

/** One line of the list of flows. */
export interface FlowSummary {
  /** The request id; for messages without one, one made up from the first message (`msg-<unique id>`). */
  readonly request_id: string;
  /** What was asked: `POST /servers` where a notification tells, else the first method (`scheduler.run_instance`). */
  readonly title: string;
  /** Operation of libs/flows or of Nova that this looks like (`boot`), where one is recognised. */
  readonly operation?: string;
  readonly started_at_ms: number;
  /** From the first thing seen to the last. */
  readonly duration_ms: number;
  readonly outcome: FlowOutcome;
  /** Why it did not go well, in a sentence. */
  readonly why?: string;
  readonly hop_count: number;
  readonly services: readonly string[];
  readonly instance_uuids: readonly string[];
  /** Whether a part has been forgotten for want of memory. */
  readonly is_partial: boolean;
}

/** `open`: something of it is still on its way. */
export type FlowOutcome = 'open' | 'done' | 'failed';

/**
 * - `sent`: published, nothing more is known. - `queued`: in a queue, not delivered. - `running`: delivered, not answered yet
 * (calls). - `delivered`: taken by a consumer; casts, fanouts and replies end so, because nobody tells how they end.
 * - `answered`: a call with its result. - `failed`: a call with the error it raised. - `timed out`: the caller gave up.
 * - `lost`: it will not arrive: no queue, expired, or the consumer died with it.
 */
export type HopOutcome = 'sent' | 'queued' | 'running' | 'delivered' | 'answered' | 'failed' | 'timed out' | 'lost';

/** `other`: nobody's that this house knows; shown as it is. */
export type HopKind = 'call' | 'cast' | 'fanout' | 'reply' | 'heartbeat' | 'notification' | 'other';

/** One message. A call and its reply are two hops with one `msg_id`; the copies of a fanout are one hop. */
export interface FlowHop {
  /** Number of the message in the tap; `/api/messages/{id}` shows it whole. */
  readonly id: number;
  readonly kind: HopKind;
  /** Lane of the sender. */
  readonly from: string;
  /** Lane of the receiver; of a fanout, the topic with `_fanout`. */
  readonly to: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly queues: readonly string[];
  readonly method?: string;
  /** Of a method that does many things, which: `Instance.save` of Nova's `object_action`. */
  readonly about?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly msg_id?: string;
  readonly unique_id?: string;
  readonly instance_uuid?: string;
  readonly outcome: HopOutcome;
  /** The outcome in a sentence with what is known: queue, consumer, times. */
  readonly why: string;
  readonly t_ms: number;
  /** When it was delivered, and for a call when its reply was seen; on the same clock as `t_ms`. */
  readonly delivered_t_ms?: number;
  readonly ended_t_ms?: number;
  /** Who got a copy of a fanout. */
  readonly copies?: readonly { readonly lane: string; readonly queue: string; readonly delivered_t_ms?: number }[];
  /** Replies: hop of the call. Calls: hop of the reply. */
  readonly pair_id?: number;
  /** Replies, and calls that they answer: class and text of the failure. */
  readonly error?: string;
}

/** Something that a service said of the flow in a notification: shown in its place between the hops. */
export interface FlowMark {
  readonly id: number;
  readonly kind: 'http' | 'state' | 'verdict' | 'fault' | 'note';
  readonly lane: string;
  readonly t_ms: number;
  /** One line: `building/spawning`, `h3 of 12 hosts`, `202 POST /servers`, `NoValidHost: …`. */
  readonly text: string;
  readonly instance_uuid?: string;
}

/** Who takes part: one lane per service and host, in the order in which they come in. */
export interface Lane {
  /** `api`, `compute.h3`, or the program's name where it serves no topic. */
  readonly id: string;
  readonly service: string;
  readonly host?: string;
}
