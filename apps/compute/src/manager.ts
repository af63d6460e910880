import type { Instance } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import { type BuildAndRunArgs, type ComputeEndpoint, computeSignatures } from '@novasim/rpcapi';
import type { ComputeHost } from './compute-host.ts';
import { buildInstance } from './tasks/build-instance.ts';
import { publishCapabilities } from './tasks/report.ts';
import { terminateInstance } from './tasks/terminate-instance.ts';

/** What one host answers on the bus. Shapes are in `@novasim/rpcapi`. */
export class ComputeManager implements ComputeEndpoint {
  readonly endpointTarget = { version: '1.0' };
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

  publish_service_capabilities(ctx: RequestContext): Promise<void> {
    return publishCapabilities(ctx, this.#host);
  }
}
