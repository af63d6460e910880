import type { Capabilities, HostName } from '@novasim/cloud';
import { type RequestContext, RpcClient, type Signatures, type Transport } from '@novasim/rpc';
import type { BuildArgs, RequestSpec } from './build.ts';

export const SCHEDULER_TOPIC = 'scheduler';
export const SCHEDULER_VERSION = '1.0';

/**
 * What a scheduler answers. Names and arguments are those of Nova's scheduler in its classic era (Grizzly), where the API
 * casts the boot to the scheduler and hosts fan out what they have. 1.0 run_instance, update_service_capabilities.
 */
export interface SchedulerEndpoint {
  /** Cast by the api: find a host for each instance, claim it, hand the build to the conductor. */
  run_instance(ctx: RequestContext, args: RunInstanceArgs): Promise<void>;
  /** Fanned out by every compute host, periodically and when asked: what it has and what is taken. */
  update_service_capabilities(ctx: RequestContext, args: CapabilitiesArgs): Promise<void>;
}

export interface RunInstanceArgs extends BuildArgs {
  readonly request_spec: RequestSpec;
  /** False when the same request comes again after a failed build. */
  readonly is_first_time: boolean;
}

export interface CapabilitiesArgs {
  readonly service_name: 'compute';
  readonly host: HostName;
  readonly capabilities: Capabilities;
}

export const schedulerSignatures: Signatures<SchedulerEndpoint> = {
  run_instance: [
    'request_spec',
    'admin_password',
    'injected_files',
    'requested_networks',
    'is_first_time',
    'filter_properties',
  ],
  update_service_capabilities: ['service_name', 'host', 'capabilities'],
};

/** The scheduler, as its callers see it. */
export class SchedulerAPI {
  readonly #client: RpcClient<SchedulerEndpoint>;

  constructor(transport: Transport) {
    this.#client = new RpcClient(transport, { topic: SCHEDULER_TOPIC, version: SCHEDULER_VERSION });
  }

  /** Cast: resolves once the broker has it; the outcome shows in the instances' states. */
  run_instance(ctx: RequestContext, args: RunInstanceArgs): Promise<void> {
    return this.#client.cast(ctx, 'run_instance', args);
  }

  /** Fanout: reaches every scheduler that listens now, and nobody later. */
  update_service_capabilities(ctx: RequestContext, args: CapabilitiesArgs): Promise<void> {
    return this.#client.prepare({ fanout: true }).cast(ctx, 'update_service_capabilities', args);
  }
}
