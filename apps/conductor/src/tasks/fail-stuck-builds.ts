import type { InstanceUuid } from '@novasim/cloud';
import { adminContext, instancePayload, type Logger, type Notifications, type ToldInstances } from '@novasim/service';
import type { Instances, Store } from '@novasim/store';

export interface StuckBuildDeps {
  readonly store: Store;
  readonly instances: ToldInstances<Instances>;
  readonly notifications: Notifications;
  readonly log: Logger;
  /** A build that nobody has saved for so long is one that nobody works on, milliseconds. */
  readonly buildTimeoutMs: number;
  readonly now: () => number;
}

/** At most so many a turn: the next turn takes the rest. */
const BATCH = 100;

/**
 * Fails the builds whose cast was lost: a cast is acknowledged before it runs, so whoever died with it in hand leaves an
 * instance in BUILD that no message will ever move. Whoever works on a build saves it more often than the timeout, and one
 * that comes late meets the ERROR and stops. Several conductors may do this at once: the save expects what was found.
 */
export async function failStuckBuilds(deps: StuckBuildDeps): Promise<void> {
  const { store, instances, notifications, log, buildTimeoutMs, now } = deps;
  const ctx = adminContext();
  for (const found of await store.instances.stuckBuilds(now() - buildTimeoutMs, BATCH)) {
    const message = lostMessage(found.uuid, found.task_state, buildTimeoutMs);
    const failed = await instances.save(
      ctx,
      found.uuid,
      { vm_state: 'error', task_state: null, host: null, node: null },
      {
        expected: { vm_state: ['building'], task_state: [found.task_state], version: found.version },
        fault: { code: 500, message, details: lostDetails(found.host) },
        release_claim: true,
      },
    );
    if (failed.outcome !== 'saved') continue;
    const why = { exception: 'BuildLost', message, code: 500 };
    notifications.error(ctx, 'compute.instance.create.error', { ...instancePayload(failed.instance), ...why });
    log.warn(
      { instance_uuid: found.uuid, task_state: found.task_state, on: found.host },
      'build was lost, instance failed',
    );
  }
}

function lostMessage(uuid: InstanceUuid, task: string | null, timeoutMs: number): string {
  return `Build of instance ${uuid} aborted: no progress for ${timeoutMs / 1000} s (task ${task ?? 'none'}); the message that carried it was lost.`;
}

function lostDetails(host: string | null): string {
  return host === null ? 'It had not reached a compute host.' : `It was being built on ${host}.`;
}
