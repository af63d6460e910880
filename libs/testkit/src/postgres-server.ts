import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresKind } from './database-plan.ts';

/** A PostgreSQL that tests can use. */
export interface PostgresAddress {
  readonly kind: PostgresKind;
  /** As the server says it: `15.18 (Debian …)` cut to `15.18`. */
  readonly version: string;
  /** Of a user who may make databases. */
  readonly url: string;
}

/** One that is there; disposing ends it if it was started for this run. */
export interface RunningPostgres extends AsyncDisposable {
  readonly address: PostgresAddress;
}

/** The server that `DATABASE_URL` names; it stays when disposed of. */
export async function findPostgresByUrl(env: NodeJS.ProcessEnv): Promise<RunningPostgres> {
  const url = env['DATABASE_URL'] ?? '';
  if (!/^postgres(ql)?:/.test(url)) throw new Error('DATABASE_URL names no PostgreSQL');
  const version = await versionOf(url);
  return { address: { kind: 'url', version, url }, [Symbol.asyncDispose]: async () => {} };
}

/**
 * Waits for a server that starts and answers its version. A log line does not tell: the image's own set-up starts and stops a
 * server first.
 * @throws after `timeoutMs`, or at once when `hasEnded`
 */
export async function versionWhenReady(url: string, timeoutMs: number, hasEnded = () => false): Promise<string> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await versionOf(url);
    } catch (error) {
      if (hasEnded() || performance.now() > deadline) throw error;
    }
    await delay(50);
  }
}

async function versionOf(url: string): Promise<string> {
  const [row] = await queryOnce(url, 'show server_version');
  return String(row?.['server_version'] ?? '').split(' ')[0] ?? '';
}

/** One statement on a connection of its own. */
export async function queryOnce(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // a connection that breaks; connect and query reject by themselves
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
