import { randomUUID } from 'node:crypto';
import type { Binary, ComputeNode, HostName, InstanceUuid, Resources, ServiceRecord } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import type { ClaimRelease } from './claim-release.ts';
import type { ClaimRow, ComputeNodeRow, ServiceRow } from './schema.ts';
import { changesOf, type Executor, firstOf, rowsOf, type Session, Undo } from './session.ts';
import { Statement } from './statement.ts';
import type { Hosts } from './store.ts';
import { touchBuild } from './touch-build.ts';

interface Taking extends Resources {
  host: HostName;
  /** 1 for a claim that is new on this host, 0 for one that changes its size there. */
  count: number;
}

/** Services, hypervisors and what is taken of them. */
export class HostTables implements Hosts {
  readonly #session: Session;
  readonly #released: ClaimRelease;
  readonly #report: Statement<Omit<ServiceRow, 'disabled' | 'disabled_reason' | 'report_count'>, ServiceRow>;
  readonly #upsertNode: Statement<NodeSize, ComputeNodeRow>;
  readonly #touchBuild: Statement<{ uuid: InstanceUuid; now: string }, unknown>;
  readonly #lockClaim: Statement<{ uuid: InstanceUuid }, ClaimRow>;
  readonly #take: Statement<Taking, unknown>;
  readonly #insertClaim: Statement<ClaimRow, unknown>;
  readonly #moveClaim: Statement<ClaimRow, unknown>;

  constructor(session: Session, released: ClaimRelease) {
    const { db } = session;
    this.#session = session;
    this.#released = released;
    this.#report = new Statement((param) =>
      db
        .insertInto('services')
        .values({
          uuid: param('uuid'),
          binary: param('binary'),
          host: param('host'),
          topic: param('topic'),
          availability_zone: param('availability_zone'),
          last_seen_ms: param('last_seen_ms'),
          created_at: param('created_at'),
          disabled: 0,
          disabled_reason: null,
          report_count: 1,
        })
        .onConflict((conflict) =>
          conflict.columns(['binary', 'host']).doUpdateSet((column) => ({
            topic: column.ref('excluded.topic'),
            availability_zone: column.ref('excluded.availability_zone'),
            last_seen_ms: column.ref('excluded.last_seen_ms'),
            report_count: column('services.report_count', '+', 1),
          })),
        )
        .returningAll(),
    );
    this.#upsertNode = new Statement((param) =>
      db
        .insertInto('compute_nodes')
        .values({
          host: param('host'),
          hypervisor_hostname: param('hypervisor_hostname'),
          vcpus: param('vcpus'),
          memory_mb: param('memory_mb'),
          local_gb: param('local_gb'),
          availability_zone: param('availability_zone'),
          updated_at: param('updated_at'),
          used_vcpus: 0,
          used_memory_mb: 0,
          used_local_gb: 0,
          running_vms: 0,
        })
        .onConflict((conflict) =>
          conflict.column('host').doUpdateSet((column) => ({
            hypervisor_hostname: column.ref('excluded.hypervisor_hostname'),
            vcpus: column.ref('excluded.vcpus'),
            memory_mb: column.ref('excluded.memory_mb'),
            local_gb: column.ref('excluded.local_gb'),
            availability_zone: column.ref('excluded.availability_zone'),
            updated_at: column.ref('excluded.updated_at'),
          })),
        )
        .returningAll(),
    );
    this.#touchBuild = touchBuild(session);
    // A write that changes nothing, to hold the row: whoever releases this claim now waits or has finished.
    this.#lockClaim = new Statement((param) =>
      db
        .updateTable('claims')
        .set((column) => ({ host: column.ref('host') }))
        .where('instance_uuid', '=', param('uuid'))
        .returningAll(),
    );
    this.#take = new Statement((param) =>
      db
        .updateTable('compute_nodes')
        .set((column) => ({
          used_vcpus: column('used_vcpus', '+', param('vcpus')),
          used_memory_mb: column('used_memory_mb', '+', param('memory_mb')),
          used_local_gb: column('used_local_gb', '+', param('local_gb')),
          running_vms: column('running_vms', '+', param('count')),
        }))
        .where('host', '=', param('host'))
        .where((column) => column(column('used_vcpus', '+', param('vcpus')), '<=', column.ref('vcpus')))
        .where((column) => column(column('used_memory_mb', '+', param('memory_mb')), '<=', column.ref('memory_mb')))
        .where((column) => column(column('used_local_gb', '+', param('local_gb')), '<=', column.ref('local_gb'))),
    );
    this.#insertClaim = new Statement((param) =>
      db.insertInto('claims').values({
        instance_uuid: param('instance_uuid'),
        host: param('host'),
        vcpus: param('vcpus'),
        memory_mb: param('memory_mb'),
        local_gb: param('local_gb'),
      }),
    );
    this.#moveClaim = new Statement((param) =>
      db
        .updateTable('claims')
        .set({
          host: param('host'),
          vcpus: param('vcpus'),
          memory_mb: param('memory_mb'),
          local_gb: param('local_gb'),
        })
        .where('instance_uuid', '=', param('instance_uuid')),
    );
  }

  async report(service: Parameters<Hosts['report']>[0]): Promise<ServiceRecord> {
    const row = await this.#session.first(this.#report, {
      uuid: randomUUID(),
      binary: service.binary,
      host: service.host,
      topic: service.topic,
      availability_zone: service.availability_zone,
      last_seen_ms: service.seen_ms,
      created_at: this.#session.timestamp(),
    });
    if (row === undefined) throw new Error('an upsert answered no row');
    return serviceOf(row);
  }

  async services(filter: { binary?: Binary; host?: HostName } = {}): Promise<readonly ServiceRecord[]> {
    let query = this.#session.db.selectFrom('services').selectAll().orderBy('binary').orderBy('host');
    if (filter.binary !== undefined) query = query.where('binary', '=', filter.binary);
    if (filter.host !== undefined) query = query.where('host', '=', filter.host);
    return (await this.#session.query(query.compile())).map(serviceOf);
  }

  async setDisabled(binary: Binary, host: HostName, disabled: boolean, reason?: string): Promise<boolean> {
    const { db } = this.#session;
    const rows = await this.#session.query(
      db
        .updateTable('services')
        .set({ disabled: disabled ? 1 : 0, disabled_reason: disabled ? (reason ?? null) : null })
        .where('binary', '=', binary)
        .where('host', '=', host)
        .returning('uuid')
        .compile(),
    );
    return rows.length > 0;
  }

  async upsertNode(node: Parameters<Hosts['upsertNode']>[0]): Promise<ComputeNode> {
    const row = await this.#session.first(this.#upsertNode, {
      host: node.host,
      hypervisor_hostname: node.hypervisor_hostname,
      ...node.total,
      availability_zone: node.availability_zone,
      updated_at: this.#session.timestamp(),
    });
    if (row === undefined) throw new Error('an upsert answered no row');
    return nodeOf(row);
  }

  async nodes(): Promise<readonly ComputeNode[]> {
    const query = this.#session.db.selectFrom('compute_nodes').selectAll().orderBy('host');
    return (await this.#session.query(query.compile())).map(nodeOf);
  }

  async claim(instance: InstanceUuid, host: HostName, resources: Resources): Promise<'claimed' | 'full' | 'gone'> {
    const { vcpus, memory_mb, local_gb } = resources;
    const wanted: ClaimRow = { instance_uuid: instance, host, vcpus, memory_mb, local_gb };
    return this.#session.transaction<'claimed' | 'full' | 'gone'>(async (tx) => {
      // Also the lock against a save or destroy of the same instance, so it comes first.
      const builds = await changesOf(tx, this.#touchBuild, { uuid: instance, now: this.#session.timestamp() });
      if (builds === 0) throw new Undo('gone');
      const older = await firstOf(tx, this.#lockClaim, { uuid: instance });
      if (older === undefined) {
        await this.#takeOrUndo(tx, { ...resources, host, count: 1 });
        await rowsOf(tx, this.#insertClaim, wanted);
      } else if (older.host === host) {
        if (older.vcpus === vcpus && older.memory_mb === memory_mb && older.local_gb === local_gb) return 'claimed';
        await this.#takeOrUndo(tx, {
          host,
          vcpus: vcpus - older.vcpus,
          memory_mb: memory_mb - older.memory_mb,
          local_gb: local_gb - older.local_gb,
          count: 0,
        });
        await rowsOf(tx, this.#moveClaim, wanted);
      } else {
        // Hosts in the order of their names: two moves in opposite directions do not wait for each other.
        if (older.host < host) await this.#released.giveBack(tx, older);
        await this.#takeOrUndo(tx, { ...resources, host, count: 1 });
        if (older.host > host) await this.#released.giveBack(tx, older);
        await rowsOf(tx, this.#moveClaim, wanted);
      }
      return 'claimed';
    });
  }

  async release(instance: InstanceUuid): Promise<boolean> {
    return this.#session.transaction((tx) => this.#released.drop(tx, instance));
  }

  async claims(filter: { host?: HostName } = {}): ReturnType<Hosts['claims']> {
    let query = this.#session.db.selectFrom('claims').selectAll().orderBy('instance_uuid');
    if (filter.host !== undefined) query = query.where('host', '=', filter.host);
    const rows = await this.#session.query(query.compile());
    return rows.map(({ instance_uuid, host, ...resources }) => ({ instance_uuid, host, resources }));
  }

  async #takeOrUndo(tx: Executor, taking: Taking): Promise<void> {
    if ((await changesOf(tx, this.#take, taking)) === 0) throw new Undo('full');
  }
}

type NodeSize = Omit<ComputeNodeRow, 'used_vcpus' | 'used_memory_mb' | 'used_local_gb' | 'running_vms'>;

function serviceOf(row: Selectable<ServiceRow>): ServiceRecord {
  return { ...row, disabled: row.disabled === 1 };
}

function nodeOf(row: Selectable<ComputeNodeRow>): ComputeNode {
  return {
    host: row.host,
    hypervisor_hostname: row.hypervisor_hostname,
    total: { vcpus: row.vcpus, memory_mb: row.memory_mb, local_gb: row.local_gb },
    used: { vcpus: row.used_vcpus, memory_mb: row.used_memory_mb, local_gb: row.used_local_gb },
    running_vms: row.running_vms,
    availability_zone: row.availability_zone,
    updated_at: row.updated_at,
  };
}
