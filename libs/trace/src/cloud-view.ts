/** Hosts and instances as the bus shows them: what `/api/cloud` answers. No service is asked for it. */
export interface CloudView {
  readonly hosts: readonly SeenHost[];
  readonly instances: readonly SeenInstance[];
}

/** A compute host as the bus shows it. */
export interface SeenHost {
  readonly name: string;
  /** Whether somebody consumes from its queue; undefined while the broker has not said. */
  readonly is_up?: boolean;
  /** Messages that wait in its queue. */
  readonly waiting?: number;
  /** What it told the schedulers of itself. */
  readonly load?: HostLoad;
  /** When it was last heard of, milliseconds since 1970. */
  readonly seen_at_ms: number;
}

/** What a host told of its room, as far as it told. Memory in MiB, disk in GiB, as Nova counts under these names. */
export interface HostLoad {
  readonly vcpus?: number;
  readonly vcpus_used?: number;
  readonly memory_mb?: number;
  readonly memory_mb_used?: number;
  readonly local_gb?: number;
  readonly local_gb_used?: number;
  readonly running_vms?: number;
  readonly is_enabled?: boolean;
}

/** An instance as notifications told of it. */
export interface SeenInstance {
  readonly uuid: string;
  readonly name?: string;
  readonly host?: string;
  /** `building`, `active`, `error`. */
  readonly vm_state?: string;
  /** Empty when nothing is being done any more. */
  readonly task_state?: string;
  readonly fault?: string;
  readonly is_deleted: boolean;
  /** When it was last told of, milliseconds since 1970. */
  readonly seen_at_ms: number;
  /** The request that changed it last. */
  readonly request_id?: string;
}
