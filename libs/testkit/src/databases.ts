import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseKind, readDatabasePlan } from './database-plan.ts';
import { askPostgresDoor } from './postgres-door.ts';
import { type PostgresAddress, queryOnce } from './postgres-server.ts';

/** A database that a suite is run against: `describe.each(await databasesUnderTest())('… on $name', (database) => …)`. */
export interface DatabaseUnderTest {
  readonly kind: DatabaseKind;
  /** For people: `SQLite`, `PostgreSQL 17.2 (docker)`. */
  readonly name: string;
  /** Undefined for SQLite, of which each database is a file of its own. */
  readonly address: PostgresAddress | undefined;
}

/** An empty database of a test's own; disposing drops it. */
export interface FreshDatabase extends AsyncDisposable {
  /** What `openStore` takes, and `DATABASE_URL`. */
  readonly url: string;
}

const sqlite: DatabaseUnderTest = { kind: 'sqlite', name: 'SQLite', address: undefined };

/**
 * SQLite, and PostgreSQL when one can be had: `DATABASE_URL`, else Docker, else the machine's own. `NOVASIM_DATABASES` (comma list of
 * sqlite, url, docker, local) names them instead; `NOVASIM_REQUIRE=postgres` makes the lack of one an error.
 * @throws when one that must be had cannot be, naming what was tried
 */
export async function databasesUnderTest(): Promise<readonly DatabaseUnderTest[]> {
  const plan = readDatabasePlan(process.env);
  const door = process.env['NOVASIM_TESTKIT_POSTGRES_DOOR'];
  if (door === undefined && (plan.isPostgresRequired || plan.wants === 'all')) {
    throw new Error('PostgreSQL is started by the global setup of vitest.config.ts: run the tests from the top folder');
  }
  const addresses = door === undefined || plan.postgres.length === 0 ? [] : await askPostgresDoor(door);
  return [
    ...(plan.isSqliteWanted ? [sqlite] : []),
    ...addresses.map((address) => ({
      kind: address.kind,
      name: `PostgreSQL ${address.version} (${address.kind})`,
      address,
    })),
  ];
}

/** Makes an empty database: a temporary file, or a database on the PostgreSQL that is tested. */
export async function freshDatabase(on: DatabaseUnderTest | 'sqlite'): Promise<FreshDatabase> {
  return on === 'sqlite' || on.address === undefined ? freshFile() : freshPostgres(on.address.url);
}

async function freshFile(): Promise<FreshDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'novasim-db-'));
  return {
    url: `sqlite:${join(folder, 'test.db')}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function freshPostgres(serverUrl: string): Promise<FreshDatabase> {
  const name = `novasim_test_${randomBytes(8).toString('hex')}`;
  await queryOnce(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await queryOnce(serverUrl, `drop database if exists ${name} with (force)`); // also with a killed process's connections
    },
  };
}
