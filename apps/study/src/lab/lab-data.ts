/** What `/api/lab` answers and takes. */
export interface Lab {
  readonly services: readonly {
    /** `compute.box1` */
    readonly name: string;
    readonly service: string;
    readonly host: string;
    readonly pid: number;
    /** It did not answer for a while. */
    readonly is_silent: boolean;
  }[];
  readonly rules: readonly LabRule[];
  /** Longest waiting first. */
  readonly held: readonly HeldMessage[];
  readonly hypervisors: readonly Hypervisor[];
  /** What a launcher runs; empty where there is none. */
  readonly processes: readonly LabProcess[];
}

export const ACTIONS = ['hold', 'delay', 'drop', 'duplicate'] as const;
export const KINDS = ['call', 'cast', 'fanout', 'reply', 'notification'] as const;
export const SIDES = ['publish', 'dispatch'] as const;

/** Which messages; what is left out fits all, but for `kind`: then every request, and no reply or notification. */
export interface LabMatch {
  readonly side: (typeof SIDES)[number];
  readonly service?: string;
  readonly topic?: string;
  readonly method?: string;
  readonly kind?: (typeof KINDS)[number];
  readonly server?: string;
}

export interface NewRule {
  readonly action: (typeof ACTIONS)[number];
  /** Of `delay`. */
  readonly delay_ms?: number;
  readonly times: number;
  readonly match: LabMatch;
}

export interface LabRule extends NewRule {
  readonly id: string;
  /** Who has it. */
  readonly services: readonly string[];
}

/** A message that waits in a service. Times are milliseconds since 1970. */
export interface HeldMessage {
  readonly id: string;
  readonly by: string;
  readonly action: 'hold' | 'delay';
  readonly side: LabMatch['side'];
  readonly kind: NonNullable<LabMatch['kind']>;
  readonly topic?: string;
  readonly server?: string;
  readonly method?: string;
  readonly routing_key: string;
  readonly request_id?: string;
  readonly instance_uuid?: string;
  readonly held_ms: number;
  readonly due_ms: number;
}

/** How a hypervisor fares; all 0: as it was started. */
export interface Trouble {
  readonly slow_ms: number;
  readonly fail_next: number;
  /** Share of spawns that fail, 0 to 1. */
  readonly fail_rate: number;
}

export interface Hypervisor extends Trouble {
  readonly host: string;
  readonly service: string;
}

export interface LabProcess {
  readonly service: string;
  /** Null while it is down. */
  readonly pid: number | null;
  /** False where all services share one process. */
  readonly is_own: boolean;
}
