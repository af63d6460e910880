/** What happens to a message: kept until somebody decides, lost, sent twice, or kept for a while. */
export const LAB_ACTIONS = ['hold', 'drop', 'duplicate', 'delay'] as const;
export type LabAction = (typeof LAB_ACTIONS)[number];

/**
 * Where a message is caught. `publish`: in the sender, before the broker has it. `dispatch`: in the receiver, delivered and
 * acknowledged but not run.
 */
export const LAB_SIDES = ['publish', 'dispatch'] as const;
export type LabSide = (typeof LAB_SIDES)[number];

export const LAB_KINDS = ['call', 'cast', 'fanout', 'reply', 'notification'] as const;
export type LabKind = (typeof LAB_KINDS)[number];

/** Which messages a rule is about. What is left out fits all, but for `kind`: then every request, and no reply or notification. */
export interface LabMatch {
  readonly side: LabSide;
  /** The service that sends (`publish`) or receives (`dispatch`): `compute`, or one of several, `compute.box1`. */
  readonly service?: string;
  readonly topic?: string;
  /** Of a reply: the method that it answers. */
  readonly method?: string;
  readonly kind?: LabKind;
  /** The member that is spoken to: `compute1`. What goes to any member of a topic has none before it arrives. */
  readonly server?: string;
}

/** What is to happen to the next messages that match. */
export interface LabRule {
  readonly id: string;
  readonly action: LabAction;
  /** Of `delay`. */
  readonly delay_ms?: number;
  /** How many messages it is still for. */
  readonly times: number;
  readonly match: LabMatch;
}

/** A message as the lab sees it: what rules match, and what a person tells it by. */
export interface LabMessage {
  readonly side: LabSide;
  readonly kind: LabKind;
  readonly topic?: string;
  readonly server?: string;
  readonly method?: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly msg_id?: string;
  readonly request_id?: string;
  readonly instance_uuid?: string;
}

/** A message that waits in a service, by hold or by delay. */
export interface HeldMessage extends LabMessage {
  readonly id: string;
  readonly rule_id: string;
  readonly action: 'hold' | 'delay';
  /** Milliseconds since 1970: since when, and when it goes on by itself. */
  readonly held_ms: number;
  readonly due_ms: number;
}

/** How a hypervisor fares; all 0: as it was started. */
export interface HypervisorTrouble {
  /** How much longer each spawn takes, and each start and stop of a guest. */
  readonly slow_ms: number;
  /** How many spawns fail from now on. */
  readonly fail_next: number;
  /** Share of spawns that fail, 0 to 1. */
  readonly fail_rate: number;
}

/** A service that the launcher runs. */
export interface LabProcess {
  readonly service: string;
  /** Null while it is down. */
  readonly pid: number | null;
  /** False where all services share the launcher's process: there nothing can be killed. */
  readonly is_own: boolean;
}

/** A service that was started with NOVASIM_LAB=1, and what the lab does in it. */
export interface LabStatus {
  /** `<service>.<host>`: its server on the topic `lab`. */
  readonly name: string;
  readonly service: string;
  readonly host: string;
  readonly pid: number;
  readonly rules: readonly LabRule[];
  readonly held: readonly HeldMessage[];
  /** By host; of compute only. */
  readonly hypervisors: Readonly<Record<string, HypervisorTrouble>>;
  /** Of the launcher only. */
  readonly processes: readonly LabProcess[];
}
