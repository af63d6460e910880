import type { HostName, Instance, RebootType } from '@novasim/cloud';
import { type RequestContext, RpcClient, type Signatures, type Transport } from '@novasim/rpc';
import type { BuildArgs, ImageRef, Selection } from './build.ts';

export const COMPUTE_TOPIC = 'compute';
export const COMPUTE_VERSION = '1.1';

/**
 * What a compute host answers. 1.0 build_and_run_instance, terminate_instance, publish_service_capabilities. 1.1 adds stop_instance,
 * start_instance, reboot_instance, pause_instance, unpause_instance, suspend_instance, resume_instance.
 */
export interface ComputeEndpoint {
  /** Cast by the conductor to one host: networking, disks, spawn, ACTIVE; or hand it back for another host. */
  build_and_run_instance(ctx: RequestContext, args: BuildAndRunArgs): Promise<void>;
  /** Cast by the api to the host of the instance: destroy the guest, free its addresses, delete its row. */
  terminate_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Cast by the api to the host of the instance: power the guest off, `stopped`. */
  stop_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Cast by the api to the host of the instance: power the guest on, `active`. */
  start_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Cast by the api to the host of the instance: off and on again, from any state where HARD, and `active`. */
  reboot_instance(ctx: RequestContext, args: RebootArgs): Promise<void>;
  /** Cast by the api to the host of the instance: the guest stands still in memory, `paused`. */
  pause_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Cast by the api to the host of the instance: the guest goes on, `active`. */
  unpause_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Cast by the api to the host of the instance: the guest's memory goes to disk, `suspended`. */
  suspend_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Cast by the api to the host of the instance: the guest comes back from disk, `active`. */
  resume_instance(ctx: RequestContext, args: { readonly instance: Instance }): Promise<void>;
  /** Fanned out by a scheduler that has just started: every host answers with a fanout of its own. */
  publish_service_capabilities(ctx: RequestContext, args: Record<string, never>): Promise<void>;
}

export interface BuildAndRunArgs extends BuildArgs {
  readonly instance: Instance;
  readonly image: ImageRef;
  readonly security_groups: readonly string[];
  readonly node: string;
  /** Alternates that are left should the build fail here, best first. */
  readonly host_list: readonly Selection[];
}

export interface RebootArgs {
  readonly instance: Instance;
  readonly reboot_type: RebootType;
}

export const computeSignatures: Signatures<ComputeEndpoint> = {
  build_and_run_instance: [
    'instance',
    'image',
    'filter_properties',
    'admin_password',
    'injected_files',
    'requested_networks',
    'security_groups',
    'node',
    'host_list',
  ],
  terminate_instance: ['instance'],
  stop_instance: ['instance'],
  start_instance: ['instance'],
  reboot_instance: ['instance', 'reboot_type'],
  pause_instance: ['instance'],
  unpause_instance: ['instance'],
  suspend_instance: ['instance'],
  resume_instance: ['instance'],
  publish_service_capabilities: [],
};

/** The compute hosts, as their callers see them. */
export class ComputeAPI {
  readonly #client: RpcClient<ComputeEndpoint>;

  constructor(transport: Transport) {
    // What was there from the beginning asks for no more, so that hosts of every version take it.
    this.#client = new RpcClient(transport, { topic: COMPUTE_TOPIC, version: '1.0' });
  }

  /** Cast to `host`: it waits in the host's own queue while the host is away. */
  build_and_run_instance(ctx: RequestContext, host: HostName, args: BuildAndRunArgs): Promise<void> {
    return this.#client.prepare({ server: host }).cast(ctx, 'build_and_run_instance', args);
  }

  /** Cast to the host that the instance is on. */
  terminate_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host }).cast(ctx, 'terminate_instance', { instance });
  }

  stop_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'stop_instance', { instance });
  }

  start_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'start_instance', { instance });
  }

  reboot_instance(ctx: RequestContext, host: HostName, args: RebootArgs): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'reboot_instance', args);
  }

  pause_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'pause_instance', { instance });
  }

  unpause_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'unpause_instance', { instance });
  }

  suspend_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'suspend_instance', { instance });
  }

  resume_instance(ctx: RequestContext, host: HostName, instance: Instance): Promise<void> {
    return this.#client.prepare({ server: host, version: '1.1' }).cast(ctx, 'resume_instance', { instance });
  }

  /** Fanout to every host that listens now. */
  publish_service_capabilities(ctx: RequestContext): Promise<void> {
    return this.#client.prepare({ fanout: true }).cast(ctx, 'publish_service_capabilities', {});
  }
}
