import type { Fault, Instance, InstanceUpdates, InstanceUuid } from '@novasim/cloud';
import { sql } from 'kysely';
import type { ClaimRelease } from './claim-release.ts';
import { DuplicateEntry } from './errors.ts';
import { listInstances } from './instance-list.ts';
import { instanceOf } from './instance-row.ts';
import { type ConditionalWrite, InstanceWrites, isExpected } from './instance-save.ts';
import { listOf, oneOf } from './one-of.ts';
import type { InstanceFaultRow, InstanceRow } from './schema.ts';
import { duplicated, firstOf, rowsOf, type Session } from './session.ts';
import { Statement } from './statement.ts';
import type { Expected, InstanceFilter, Instances, NewInstance, Page, SaveOutcome } from './store.ts';

type Begun = Omit<
  InstanceRow,
  | 'id'
  | 'vm_state'
  | 'task_state'
  | 'power_state'
  | 'host'
  | 'node'
  | 'launched_at'
  | 'terminated_at'
  | 'deleted_at'
  | 'version'
  | 'locked_by'
  | 'updated_at'
>;

/** Instances and their faults. */
export class InstanceTables implements Instances {
  readonly #session: Session;
  readonly #released: ClaimRelease;
  readonly #writes: InstanceWrites;
  readonly #insert: Statement<Begun, InstanceRow>;
  readonly #get: Statement<{ uuid: InstanceUuid }, InstanceRow>;
  readonly #insertFault: Statement<Omit<InstanceFaultRow, 'id'>, unknown>;
  readonly #faults: Statement<{ list: string }, Omit<InstanceFaultRow, 'id'>>;
  readonly #stuck: Statement<{ before: string; limit: number }, InstanceRow>;

  constructor(session: Session, released: ClaimRelease) {
    const { db, kind } = session;
    this.#session = session;
    this.#released = released;
    this.#writes = new InstanceWrites(session);
    this.#insert = new Statement((param) =>
      db
        .insertInto('instances')
        .values({
          uuid: param('uuid'),
          display_name: param('display_name'),
          project_id: param('project_id'),
          user_id: param('user_id'),
          reservation_id: param('reservation_id'),
          launch_index: param('launch_index'),
          image_ref: param('image_ref'),
          flavorid: param('flavorid'),
          flavor: param('flavor'),
          vm_state: 'building',
          task_state: 'scheduling',
          power_state: 0,
          availability_zone: param('availability_zone'),
          metadata: param('metadata'),
          key_name: param('key_name'),
          config_drive: param('config_drive'),
          access_ip_v4: param('access_ip_v4'),
          access_ip_v6: param('access_ip_v6'),
          disk_config: param('disk_config'),
          created_at: param('created_at'),
          updated_at: param('created_at'),
          version: 1,
          user_data: param('user_data'),
        })
        .returningAll(),
    );
    this.#get = new Statement((param) => db.selectFrom('instances').selectAll().where('uuid', '=', param('uuid')));
    this.#insertFault = new Statement((param) =>
      db.insertInto('instance_faults').values({
        instance_uuid: param('instance_uuid'),
        code: param('code'),
        message: param('message'),
        details: param('details'),
        created_at: param('created_at'),
      }),
    );
    this.#faults = new Statement((param) =>
      db
        .selectFrom('instance_faults')
        .select(['instance_uuid', 'code', 'message', 'details', 'created_at'])
        .where('id', 'in', (newest) =>
          newest
            .selectFrom('instance_faults')
            .select((column) => column.fn.max('id').as('id'))
            .where(oneOf(kind, 'instance_uuid', param('list')))
            .groupBy('instance_uuid'),
        ),
    );
    this.#stuck = new Statement((param) =>
      db
        .selectFrom('instances')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where('vm_state', '=', sql.lit('building')) // a literal: the partial index is for this state only
        .where('updated_at', '<', param('before'))
        .orderBy('updated_at')
        .orderBy('id')
        .limit(param('limit')),
    );
  }

  async create(rows: readonly NewInstance[]): Promise<readonly Instance[]> {
    const created_at = this.#session.timestamp();
    const begun = rows.map((row) => begunOf(row, created_at));
    try {
      const [only] = begun;
      const made =
        only !== undefined && begun.length === 1
          ? await this.#session.rows(this.#insert, only)
          : await this.#session.transaction(async (tx) => {
              const all: InstanceRow[] = [];
              for (const row of begun) all.push(...(await rowsOf(tx, this.#insert, row)));
              return all;
            });
      return made.map(instanceOf);
    } catch (error) {
      if (duplicated(error) === undefined) throw error;
      throw new DuplicateEntry('instance', rows.map(({ uuid }) => uuid).join(', '), { cause: error });
    }
  }

  async get(uuid: InstanceUuid, options: { deleted?: boolean } = {}): Promise<Instance | undefined> {
    const row = await this.#session.first(this.#get, { uuid });
    return row === undefined || (row.deleted_at !== null && options.deleted !== true) ? undefined : instanceOf(row);
  }

  async list(filter: InstanceFilter, page: Page = {}): Promise<readonly Instance[]> {
    return listInstances(this.#session, filter, page);
  }

  async save(
    uuid: InstanceUuid,
    updates: InstanceUpdates,
    options: { expected?: Expected; fault?: Omit<Fault, 'created_at'>; release_claim?: boolean } = {},
  ): Promise<SaveOutcome> {
    const { expected, fault, release_claim = false } = options;
    for (;;) {
      const write = this.#writes.save(uuid, updates, expected);
      const row =
        fault === undefined && !release_claim
          ? await this.#session.first(write.statement, write.args)
          : await this.#saveWith(uuid, write, fault, release_claim);
      if (row !== undefined) return { outcome: 'saved', instance: instanceOf(row) };

      const found = await this.#session.first(this.#get, { uuid });
      if (found === undefined || found.deleted_at !== null) return { outcome: 'missing' };
      if (!isExpected(found, expected)) return { outcome: 'unexpected', instance: instanceOf(found) };
      // It has become what was expected since the write looked at it: the write has another try.
    }
  }

  async destroy(uuid: InstanceUuid, options: { expected?: Expected } = {}): Promise<boolean> {
    const { statement, args } = this.#writes.destroy(uuid, options.expected);
    return this.#session.transaction(async (tx) => {
      if ((await firstOf(tx, statement, args)) === undefined) return false;
      await this.#released.drop(tx, uuid);
      return true;
    });
  }

  async faults(uuids: readonly InstanceUuid[]): Promise<ReadonlyMap<InstanceUuid, Fault>> {
    if (uuids.length === 0) return new Map();
    const rows = await this.#session.rows(this.#faults, { list: listOf(uuids) });
    return new Map(rows.map(({ instance_uuid, ...fault }) => [instance_uuid, fault]));
  }

  async stuckBuilds(beforeMs: number, limit: number): Promise<readonly Instance[]> {
    const before = new Date(beforeMs).toISOString();
    return (await this.#session.rows(this.#stuck, { before, limit })).map(instanceOf);
  }

  async leaks(beforeMs: number, limit: number): ReturnType<Instances['leaks']> {
    const { db } = this.#session;
    // From the holders, which are few, and not from the deleted rows, which only grow in number.
    const holders = db
      .selectFrom('ports')
      .select(({ fn, lit }) => ['device_id as uuid', fn.countAll<number>().as('ports'), lit<number>(0).as('claims')])
      .groupBy('device_id')
      .unionAll(
        db
          .selectFrom('claims')
          .select(({ lit }) => ['instance_uuid as uuid', lit<number>(0).as('ports'), lit<number>(1).as('claims')]),
      );
    const rows = await this.#session.query(
      db
        .selectFrom(holders.as('holders'))
        .innerJoin('instances', 'instances.uuid', 'holders.uuid')
        .select(({ fn }) => [
          'instances.uuid as uuid',
          fn.sum<number>('holders.ports').as('ports'),
          fn.sum<number>('holders.claims').as('claims'),
        ])
        .where('instances.updated_at', '<', new Date(beforeMs).toISOString())
        .where((where) =>
          where.or([
            where('instances.deleted_at', 'is not', null),
            where.and([where('instances.vm_state', '=', 'error'), where('instances.launched_at', 'is', null)]),
          ]),
        )
        .groupBy(['instances.id', 'instances.uuid'])
        .orderBy('instances.id')
        .limit(limit)
        .compile(),
    );
    // PostgreSQL answers sums as text.
    return rows.map(({ uuid, ports, claims }) => ({ uuid, ports: Number(ports), claim: Number(claims) > 0 }));
  }

  async #saveWith(
    uuid: InstanceUuid,
    write: ConditionalWrite,
    fault: Omit<Fault, 'created_at'> | undefined,
    releaseClaim: boolean,
  ): Promise<InstanceRow | undefined> {
    return this.#session.transaction(async (tx) => {
      const row = await firstOf(tx, write.statement, write.args);
      if (row === undefined) return undefined;
      if (fault !== undefined) {
        const { code, message, details } = fault;
        await rowsOf(tx, this.#insertFault, {
          instance_uuid: uuid,
          code,
          message,
          details,
          created_at: row.updated_at,
        });
      }
      if (releaseClaim) await this.#released.drop(tx, uuid);
      return row;
    });
  }
}

function begunOf(row: NewInstance, created_at: string): Begun {
  return {
    uuid: row.uuid,
    display_name: row.display_name,
    project_id: row.project_id,
    user_id: row.user_id,
    reservation_id: row.reservation_id,
    launch_index: row.launch_index,
    image_ref: row.image_ref,
    flavorid: row.flavor.flavorid,
    flavor: JSON.stringify(row.flavor),
    availability_zone: row.availability_zone,
    metadata: JSON.stringify(row.metadata),
    key_name: row.key_name,
    config_drive: row.config_drive ? 1 : 0,
    access_ip_v4: row.access_ip_v4,
    access_ip_v6: row.access_ip_v6,
    disk_config: row.disk_config,
    created_at,
    user_data: row.user_data,
  };
}
