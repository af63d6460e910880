import { projectId } from '@novasim/cloud';
import type { NetworkAPI } from '@novasim/rpcapi';
import { adminContext, type Logger } from '@novasim/service';
import type { Store } from '@novasim/store';

export interface ReapDeps {
  readonly store: Store;
  readonly network: NetworkAPI;
  readonly log: Logger;
  /** What changed later than this may still be cleaned up by whoever is at it, milliseconds. */
  readonly graceMs: number;
  readonly now: () => number;
}

const BATCH = 100;

/**
 * Gives back what an instance holds that is deleted, or that failed before it ever ran: addresses and claims that somebody
 * would have freed who was killed just before. Freeing twice is harmless, so several conductors may do this at once.
 */
export async function reapLeaks({ store, network, log, graceMs, now }: ReapDeps): Promise<void> {
  const ctx = adminContext();
  for (const leak of await store.instances.leaks(now() - graceMs, BATCH)) {
    log.warn(
      { instance_uuid: leak.uuid, ports: leak.ports, claim: leak.claim },
      'instance holds what it must not, freeing',
    );
    if (leak.claim) await store.hosts.release(leak.uuid);
    if (leak.ports > 0) {
      await network.deallocate_for_instance(ctx, { instance_uuid: leak.uuid, project_id: projectId(''), host: null });
    }
  }
}
