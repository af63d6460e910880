import type { InstanceUuid } from '@novasim/cloud';
import type { ClaimRow } from './schema.ts';
import { changesOf, type Executor, firstOf, type Session } from './session.ts';
import { Statement } from './statement.ts';

/** Gives claims back: always the claim first and then its host, so that the sum of the claims stays what the host counts. */
export class ClaimRelease {
  readonly #drop: Statement<{ uuid: InstanceUuid }, ClaimRow>;
  readonly #giveBack: Statement<ClaimRow, unknown>;

  constructor({ db }: Session) {
    this.#drop = new Statement((param) =>
      db.deleteFrom('claims').where('instance_uuid', '=', param('uuid')).returningAll(),
    );
    this.#giveBack = new Statement((param) =>
      db
        .updateTable('compute_nodes')
        .set((column) => ({
          used_vcpus: column('used_vcpus', '-', param('vcpus')),
          used_memory_mb: column('used_memory_mb', '-', param('memory_mb')),
          used_local_gb: column('used_local_gb', '-', param('local_gb')),
          running_vms: column('running_vms', '-', 1),
        }))
        .where('host', '=', param('host')),
    );
  }

  /** Within a transaction; false when there was no claim. */
  async drop(tx: Executor, uuid: InstanceUuid): Promise<boolean> {
    const claim = await firstOf(tx, this.#drop, { uuid });
    if (claim === undefined) return false;
    await this.giveBack(tx, claim);
    return true;
  }

  async giveBack(tx: Executor, claim: ClaimRow): Promise<void> {
    await changesOf(tx, this.#giveBack, claim);
  }
}
