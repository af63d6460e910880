import type { Capabilities, HostName, Resources } from '@novasim/cloud';
import type { ComputeTaskAPI, ConductorAPI, NetworkAPI, SchedulerAPI } from '@novasim/rpcapi';
import type { Logger, Notifications } from '@novasim/service';
import { InstanceLocks } from './instance-locks.ts';
import { ResourceTracker } from './resource-tracker.ts';
import type { VirtDriver } from './virt/driver.ts';

/** The services that a host asks. */
export interface Peers {
  readonly conductor: ConductorAPI;
  readonly computeTask: ComputeTaskAPI;
  readonly network: NetworkAPI;
  readonly scheduler: SchedulerAPI;
}

export interface ComputeHostOptions extends Peers {
  readonly host: HostName;
  readonly availabilityZone: string;
  readonly total: Resources;
  readonly driver: VirtDriver;
  /** A build that takes longer than this says so to the conductor each time, so that it does not count as lost; ms. */
  readonly buildRenewMs: number;
  /** In the host's own name. */
  readonly notifications: Notifications;
  readonly log: Logger;
}

/** One simulated host: its hypervisor, what is taken of it, who works on what. Several may live in one process. */
export class ComputeHost implements Peers {
  readonly name: HostName;
  readonly availabilityZone: string;
  readonly conductor: ConductorAPI;
  readonly computeTask: ComputeTaskAPI;
  readonly network: NetworkAPI;
  readonly scheduler: SchedulerAPI;
  readonly driver: VirtDriver;
  readonly buildRenewMs: number;
  readonly notifications: Notifications;
  readonly log: Logger;
  readonly tracker: ResourceTracker;
  readonly locks = new InstanceLocks();
  /** As the conductor last said; a disabled host says so to the schedulers. */
  isEnabled = true;

  constructor(options: ComputeHostOptions) {
    this.name = options.host;
    this.availabilityZone = options.availabilityZone;
    this.conductor = options.conductor;
    this.computeTask = options.computeTask;
    this.network = options.network;
    this.scheduler = options.scheduler;
    this.driver = options.driver;
    this.buildRenewMs = options.buildRenewMs;
    this.notifications = options.notifications;
    this.log = options.log;
    this.tracker = new ResourceTracker(options.total);
  }

  /** What the host tells the schedulers about itself. */
  capabilities(nowMs: number): Capabilities {
    return {
      hypervisor_hostname: this.name,
      hypervisor_type: 'fake',
      availability_zone: this.availabilityZone,
      total: this.tracker.total,
      used: this.tracker.used,
      running_vms: this.tracker.runningVms,
      failed_builds: this.tracker.failedBuilds,
      enabled: this.isEnabled,
      timestamp_ms: nowMs,
    };
  }
}
