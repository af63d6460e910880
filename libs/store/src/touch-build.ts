import type { InstanceUuid } from '@novasim/cloud';
import type { Session } from './session.ts';
import { Statement } from './statement.ts';

/** A write to the row of a live build, none if it is no such: whoever would fail or delete it waits, or has done so. */
export function touchBuild({ db }: Session): Statement<{ uuid: InstanceUuid; now: string }, unknown> {
  return new Statement((param) =>
    db
      .updateTable('instances')
      .set((column) => ({ version: column('version', '+', 1), updated_at: param('now') }))
      .where('uuid', '=', param('uuid'))
      .where('deleted_at', 'is', null)
      .where('vm_state', '=', 'building'),
  );
}
