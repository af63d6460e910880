import type { HypervisorTrouble, LabProcess } from '@novasim/rpcapi';

/** A hypervisor whose fortune the lab decides. */
export interface Troubled {
  trouble: HypervisorTrouble;
}

/** Who runs the services of a cloud. */
export interface LabLauncher {
  processes(): readonly LabProcess[];
  /** Resolves when it is gone; it stays down. @throws with words for a person. */
  kill(service: string, signal: string): Promise<void>;
  /** Resolves when it serves again. @throws with words for a person. */
  restart(service: string): Promise<void>;
}

/** What a service has beside its messages that a lab can play with. */
export interface LabProps {
  /** By host; may grow after the lab was joined. */
  readonly hypervisors?: ReadonlyMap<string, Troubled>;
  readonly launcher?: LabLauncher;
}

/** Nothing happens to a hypervisor. */
export const NO_TROUBLE: HypervisorTrouble = { slow_ms: 0, fail_next: 0, fail_rate: 0 };
