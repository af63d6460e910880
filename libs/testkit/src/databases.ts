import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseKind, PostgresKind } from './databases-choice.ts';

/** An empty database of a test's own; disposing drops it. */
export interface FreshDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind;
  /** What `openStore` takes, and `DATABASE_URL`. */
  readonly url: string;
}

/**
 * The databases that tests run on: SQLite always, and a PostgreSQL where one can be had (`databases-choice.ts`). Decided once
 * for the whole run, before the first test.
 */
export function databasesUnderTest(): readonly DatabaseKind[] {
  return provided().kinds;
}

/** Makes an empty database: a temporary file, or a database on the PostgreSQL of this run, which starts when first asked for. */
export async function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'sqlite' ? freshFile() : freshPostgres(kind);
}

async function freshFile(): Promise<FreshDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'novasim-db-'));
  return {
    kind: 'sqlite',
    url: `sqlite:${join(folder, 'test.db')}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function freshPostgres(kind: PostgresKind): Promise<FreshDatabase> {
  const server = await serverUrl(kind);
  const name = `novasim_test_${randomBytes(8).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    kind,
    url: url.href,
    // `force` ends connections that a killed process has left behind.
    [Symbol.asyncDispose]: () => onServer(server, `drop database if exists ${name} with (force)`),
  };
}

/** The global setup starts the server and answers when it is there. */
async function serverUrl(kind: PostgresKind): Promise<string> {
  const response = await fetch(new URL(encodeURIComponent(kind), provided().servers));
  const text = await response.text();
  if (!response.ok) throw new Error(`no database "${kind}" for this test: ${text}`);
  return text;
}

function provided(): { kinds: readonly DatabaseKind[]; servers: string } {
  const databases = inject('databases');
  if (databases === undefined) {
    throw new Error('no databases: run vitest at the root, whose config names libs/testkit/src/global-setup-databases.ts');
  }
  return databases;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // a server that stops while we leave; the query itself rejects
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
