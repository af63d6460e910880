import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { StoreBusy, StoreUnavailable } from './errors.ts';

/** Connections of one process. */
const POOL_MAX = 10;
/** How long one waits for a connection, and for a row that another transaction holds. */
const BUSY_MS = 5_000;
/** How long a server may say nothing on a connection; longer than a wait for a row, and than the pool keeps an idle one. */
const SILENCE_MS = 15_000;
/** How long one waits for a server that is not up when the caller sets no limit. */
const START_MS = 30_000;

/** @param silenceMs see `OpenOptions` */
export function postgresDialect(url: string, silenceMs = SILENCE_MS): PostgresDialect {
  const connectMs = Math.min(BUSY_MS, silenceMs);
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    stream: () => socketThatEndsInSilence(silenceMs),
    lock_timeout: BUSY_MS,
    application_name: 'novasim',
  });
  // A connection that breaks while nobody uses it: the pool has dropped it already, and the next query opens another.
  pool.on('error', () => {});
  // One that breaks in use: its queries reject with what happened. The pool listens only while a connection is idle, and an
  // error that nobody listens to ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const connect = async () => {
    try {
      return await pool.connect();
    } catch (error) {
      // The pool has one word for "all are in use" and for "a new one does not come about".
      if (pool.totalCount >= POOL_MAX || !isPoolTimeout(error)) throw error;
      throw timedOut(`no connection within ${connectMs} ms`, { cause: error });
    }
  };
  return new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } });
}

/** What the pool says when no connection becomes free in time. */
function isPoolTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}

function timedOut(message: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(message, options), { code: 'ETIMEDOUT' });
}

/**
 * Its end is the end of what waits on it, a goodbye included. pg's own `query_timeout` would give up on the query only, and
 * hand the connection, which still waits for the answer, to the next one.
 */
function socketThatEndsInSilence(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => socket.destroy(timedOut(`no answer for ${silenceMs} ms`)));
  return socket;
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
