/** Hosts and instances as the bus shows them: what `/api/cloud` answers. No service is asked for it. */
export interface SeenCloud {
  readonly hosts: readonly SeenHost[];
  readonly instances: readonly SeenInstance[];
}

export interface SeenHost {
  readonly name: string;
  /** Whether somebody consumes from its queue; undefined while the broker has not said. */
  readonly is_up?: boolean;
  /** Messages in its queue. */
  readonly waiting?: number;
  readonly load?: HostLoad;
}

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

export interface SeenInstance {
  readonly uuid: string;
  readonly name?: string;
  readonly host?: string;
  readonly vm_state?: string;
  readonly task_state?: string;
  readonly fault?: string;
  /** The request that changed it last. */
  readonly request_id?: string;
}

/** How a host is, in a word. */
export function hostState({ is_up, load }: SeenHost): 'up' | 'down' | 'disabled' | 'unknown' {
  if (is_up === false) return 'down';
  if (load?.is_enabled === false) return 'disabled';
  return is_up === true ? 'up' : 'unknown';
}
