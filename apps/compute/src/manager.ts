import type { Instance, PowerAction } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import {
  type BuildAndRunArgs,
  COMPUTE_VERSION,
  type ComputeEndpoint,
  computeSignatures,
  type RebootArgs,
} from '@novasim/rpcapi';
import type { ComputeHost } from './compute-host.ts';
import { buildInstance } from './tasks/build-instance.ts';
import { changePower } from './tasks/change-power.ts';
import { rebootInstance } from './tasks/reboot-instance.ts';
import { publishCapabilities } from './tasks/report.ts';
import { terminateInstance } from './tasks/terminate-instance.ts';

/** What one host answers on the bus. Shapes are in `@novasim/rpcapi`. */
export class ComputeManager implements ComputeEndpoint {
  readonly endpointTarget = { version: COMPUTE_VERSION };
  readonly signatures = computeSignatures;
  readonly #host: ComputeHost;

  constructor(host: ComputeHost) {
    this.#host = host;
  }

  build_and_run_instance(ctx: RequestContext, args: BuildAndRunArgs): Promise<void> {
    return this.#host.locks.run(args.instance.uuid, () => buildInstance(ctx, args, this.#host));
  }

  terminate_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#host.locks.run(instance.uuid, () => terminateInstance(ctx, instance, this.#host));
  }

  stop_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#change(ctx, 'stop', instance);
  }

  start_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#change(ctx, 'start', instance);
  }

  reboot_instance(ctx: RequestContext, args: RebootArgs): Promise<void> {
    const { instance, reboot_type } = args;
    return this.#host.locks.run(instance.uuid, () => rebootInstance(ctx, instance, reboot_type, this.#host));
  }

  pause_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#change(ctx, 'pause', instance);
  }

  unpause_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#change(ctx, 'unpause', instance);
  }

  suspend_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#change(ctx, 'suspend', instance);
  }

  resume_instance(ctx: RequestContext, { instance }: { instance: Instance }): Promise<void> {
    return this.#change(ctx, 'resume', instance);
  }

  publish_service_capabilities(ctx: RequestContext): Promise<void> {
    return publishCapabilities(ctx, this.#host);
  }

  #change(ctx: RequestContext, action: PowerAction, instance: Instance): Promise<void> {
    return this.#host.locks.run(instance.uuid, () => changePower(ctx, action, instance, this.#host));
  }
}
