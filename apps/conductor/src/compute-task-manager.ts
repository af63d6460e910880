import type { RequestContext } from '@novasim/rpc';
import { type BuildInstancesArgs, type ComputeTaskEndpoint, computeTaskSignatures } from '@novasim/rpcapi';
import { type BuildDeps, buildInstance } from './tasks/build-instance.ts';

/** The conductor's half of a boot, in the namespace `compute_task`. What it answers is in `@novasim/rpcapi`. */
export class ComputeTaskManager implements ComputeTaskEndpoint {
  readonly endpointTarget = { namespace: 'compute_task', version: '1.0' };
  readonly signatures = computeTaskSignatures;
  readonly #deps: BuildDeps;

  constructor(deps: BuildDeps) {
    this.#deps = deps;
  }

  /** One build each; one that fails does not keep the others from their hosts. */
  async build_instances(ctx: RequestContext, args: BuildInstancesArgs): Promise<void> {
    const outcomes = await Promise.allSettled(
      args.instances.map((instance, i) => buildInstance(ctx, instance, args.host_lists[i] ?? [], args, this.#deps)),
    );
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    if (failed.length > 0)
      throw failed.length === 1 ? failed[0] : new AggregateError(failed, 'builds could not be handed over');
  }
}
