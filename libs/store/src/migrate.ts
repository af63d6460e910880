import { CompiledQuery } from 'kysely';
import { SchemaTooNew } from './errors.ts';
import type { Executor, Session } from './session.ts';

/** Words in which the two databases differ when tables are made. */
export interface SchemaDialect {
  /** Text that sorts by code point: a list must have the same order in either database. */
  readonly text: string;
  /** A number beyond 2^31, or with a fraction. */
  readonly wide: string;
  /** A running number that is the primary key. */
  readonly serial: string;
  /** Stands behind a table that is reached by a text key only. */
  readonly clustered: string;
}

export interface Migration {
  /** `0001-what-it-does` */
  readonly name: string;
  statements(dialect: SchemaDialect): readonly string[];
}

const DIALECTS: Readonly<Record<Session['kind'], SchemaDialect>> = {
  sqlite: {
    text: 'text',
    wide: 'numeric',
    serial: 'integer primary key autoincrement',
    clustered: 'without rowid',
  },
  postgres: {
    text: 'text collate "C"',
    wide: 'double precision',
    serial: 'integer generated always as identity primary key',
    clustered: '',
  },
};

/** Any number, as long as every novasim takes the same lock. */
const POSTGRES_LOCK = 0x6e6f7661;

/**
 * Brings the tables up to date, in one transaction. Several processes may do so at once: SQLite's write lock or an
 * advisory lock lets one work, and the others then find it done.
 * Unlike Kysely's Migrator: that one takes no lock on SQLite, and reads the catalogue at every start.
 * @throws SchemaTooNew
 */
export async function migrate(session: Session, migrations: readonly Migration[]): Promise<void> {
  if (await isUpToDate(session, migrations)) return;
  await session.transaction(async (tx) => {
    if (session.kind === 'postgres') {
      // Whoever else migrates for longer than one waits for a lock makes this a `StoreBusy`, and the opening tries again.
      await run(tx, `select pg_advisory_xact_lock(${POSTGRES_LOCK})`);
    }
    await run(
      tx,
      'create table if not exists schema_migrations (name text not null primary key, applied_at text not null)',
    );
    const done = await applied(tx);
    assertKnown(done, migrations);
    for (const migration of migrations) {
      if (done.has(migration.name)) continue;
      for (const statement of migration.statements(DIALECTS[session.kind])) await run(tx, statement);
      await tx
        .insertInto('schema_migrations')
        .values({ name: migration.name, applied_at: session.timestamp() })
        .execute();
    }
  });
}

async function isUpToDate(session: Session, migrations: readonly Migration[]): Promise<boolean> {
  const table =
    session.kind === 'sqlite'
      ? `select name from sqlite_master where name = 'schema_migrations'`
      : `select 1 as name where to_regclass('schema_migrations') is not null`;
  if ((await session.query(CompiledQuery.raw(table))).length === 0) return false;
  const done = await session.guarded(() => applied(session.db));
  assertKnown(done, migrations);
  return migrations.every(({ name }) => done.has(name));
}

async function applied(on: Executor): Promise<ReadonlySet<string>> {
  const rows = await on.selectFrom('schema_migrations').select('name').execute();
  return new Set(rows.map(({ name }) => name));
}

function assertKnown(done: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  for (const name of done) if (!known.has(name)) throw new SchemaTooNew(name);
}

async function run(on: Executor, text: string): Promise<void> {
  await on.executeQuery(CompiledQuery.raw(text));
}
