import type { Instance } from '@novasim/cloud';
import type { RequestContext } from '@novasim/rpc';
import type { ComputeHost } from '../compute-host.ts';
import { isOvertaken } from './unwind-build.ts';

/**
 * Runs a build, and while it takes long says at intervals that somebody works on it, so that it does not count as lost.
 * Unlike Nova, whose `instance_build_timeout` goes by age alone. The signal aborts when the save finds that the instance was
 * failed or deleted meanwhile; its reason is then what the build ends with.
 */
export async function whileRenewing(
  ctx: RequestContext,
  instance: Instance,
  host: ComputeHost,
  build: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const overtaken = new AbortController();
  const renew = async () => {
    try {
      await host.conductor.instance_update(ctx, {
        instance_uuid: instance.uuid,
        updates: {},
        expected_vm_state: ['building'],
      });
    } catch (err) {
      if (isOvertaken(err)) overtaken.abort(err);
      else host.log.warn({ instance_uuid: instance.uuid, err }, 'progress of the build could not be saved');
    }
  };
  const renewal = setInterval(() => void renew(), host.buildRenewMs); // renew() never rejects
  try {
    await build(overtaken.signal);
  } catch (error) {
    throw overtaken.signal.aborted ? overtaken.signal.reason : error;
  } finally {
    clearInterval(renewal);
  }
}
