import { setTimeout as delay } from 'node:timers/promises';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { StoreBusy, StoreUnavailable } from './errors.ts';

/** Connections of one process. */
const POOL_MAX = 10;
/** How long one waits for a connection, and for a row that another transaction holds. */
const BUSY_MS = 5_000;
/** How long one waits for a server that is not up when the caller sets no limit. */
const START_MS = 30_000;

export function postgresDialect(url: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    connectionTimeoutMillis: BUSY_MS,
    lock_timeout: BUSY_MS,
    application_name: 'novasim',
  });
  // A connection that breaks while nobody uses it: the pool has dropped it already, and the next query opens another.
  pool.on('error', () => {});
  // One that breaks in use: its queries reject with what happened. The pool listens only while a connection is idle, and an
  // error that nobody listens to ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}

/** Repeats `prepare` while the server cannot be reached; every other failure is thrown at once. */
export async function whenUp(prepare: () => Promise<void>, shown: string, signal?: AbortSignal): Promise<void> {
  const deadline = signal ?? AbortSignal.timeout(START_MS);
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    if (deadline.aborted) throw new StoreUnavailable(shown, 'gave up waiting', { cause: deadline.reason });
    try {
      await prepare();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof StoreBusy)) throw error;
      try {
        await delay(pauseMs, undefined, { signal: deadline });
      } catch {
        throw error; // what was wrong all the time tells more than that one stopped waiting
      }
    }
  }
}
