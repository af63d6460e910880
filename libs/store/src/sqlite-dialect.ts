import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { StoreBusy } from './errors.ts';

/** How long one waits for a lock that another process holds. */
const BUSY_MS = 5_000;
/** Statements kept prepared; what is used all the time is far fewer, lists with many filters make the rest. */
const PREPARED_MAX = 300;
const SQLITE_BUSY = 5;

/**
 * Kysely on `node:sqlite`: one connection, taken by one transaction at a time in order of arrival. SQLite's own waiting
 * (`busy_timeout`) sleeps on the thread and would hold up the heartbeats of a whole service, so it is off and the waiting
 * is done here, by timer.
 */
export class SqliteDialect implements Dialect {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  createDriver(): Driver {
    return new SqliteDriver(this.#path);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new FairSqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class FairSqliteAdapter extends SqliteAdapter {
  /** Keeps Kysely from putting its own lock around ours: its waiters all wake at every release. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #path: string;
  readonly #waiting: (() => void)[] = [];
  #holders = 0;
  #connection: SqliteConnection | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async init(): Promise<void> {
    const connection = new SqliteConnection(this.#path);
    try {
      await connection.configure();
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#turn();
    try {
      return this.#opened();
    } catch (error) {
      await this.releaseConnection(); // those who wait behind are to be told as well
      throw error;
    }
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift();
    if (next === undefined) this.#holders = 0;
    else next();
  }

  async beginTransaction(): Promise<void> {
    await this.#opened().execute('begin immediate');
  }

  async commitTransaction(): Promise<void> {
    await this.#opened().execute('commit');
  }

  async rollbackTransaction(): Promise<void> {
    await this.#opened().rollback();
  }

  async destroy(): Promise<void> {
    await this.#turn(); // whoever is in a transaction finishes it
    this.#connection?.close();
    this.#connection = undefined;
    await this.releaseConnection();
  }

  /** Resolves when the connection is ours: nobody had it, or the one before has handed it on. */
  #turn(): Promise<void> | undefined {
    if (this.#holders > 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#holders = 1;
    return undefined;
  }

  #opened(): SqliteConnection {
    if (this.#connection === undefined) throw new Error('driver has already been destroyed');
    return this.#connection;
  }
}

interface Prepared {
  readonly statement: StatementSync;
  /** Whether it answers rows: selects, and writes with `returning`. */
  readonly reader: boolean;
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Prepared>();

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 0 });
    this.#database.function('regexp', { deterministic: true }, matches);
  }

  async configure(): Promise<void> {
    await this.execute('pragma journal_mode = wal');
    await this.execute('pragma synchronous = normal');
    await this.execute('pragma foreign_keys = on');
    await this.execute('pragma cache_size = -8000');
    // A checkpoint waits for the disk; at 100 boots a second the default of 1000 pages would mean several a second.
    await this.execute('pragma wal_autocheckpoint = 8000');
    await this.execute('pragma journal_size_limit = 67108864');
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.execute<R>(query.sql, query.parameters as readonly SQLInputValue[]); // only such values are in our rows
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  async execute<R>(sql: string, parameters: readonly SQLInputValue[] = []): Promise<QueryResult<R>> {
    try {
      return this.#run(sql, parameters);
    } catch (error) {
      if (!isBusy(error) || this.#database.isTransaction) throw error;
    }
    return this.#runWhenFree(sql, parameters);
  }

  async rollback(): Promise<void> {
    if (this.#database.isTransaction) await this.execute('rollback'); // SQLite itself rolls back when the disk is full
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  async #runWhenFree<R>(sql: string, parameters: readonly SQLInputValue[]): Promise<QueryResult<R>> {
    const start = performance.now();
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 1.5, 10)) {
      await delay(pauseMs * (0.5 + Math.random())); // no two processes in step
      try {
        return this.#run(sql, parameters);
      } catch (error) {
        if (!isBusy(error)) throw error;
        const waitedMs = Math.round(performance.now() - start);
        if (waitedMs >= BUSY_MS) throw new StoreBusy(waitedMs, { cause: error });
      }
    }
  }

  #run<R>(sql: string, parameters: readonly SQLInputValue[]): QueryResult<R> {
    const { statement, reader } = this.#prepare(sql);
    if (reader) return { rows: statement.all(...parameters) as R[] }; // Kysely's types say what the SQL answers
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    const prepared = { statement, reader: statement.columns().length > 0 };
    if (this.#prepared.size >= PREPARED_MAX) {
      const [oldest] = this.#prepared.keys();
      if (oldest !== undefined) this.#prepared.delete(oldest);
    }
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
}

let lastPattern: { text: string; compiled: RegExp } | undefined;

/** What SQLite calls for `value regexp pattern`. */
function matches(pattern: SQLInputValue, value: SQLInputValue): number {
  if (typeof pattern !== 'string' || typeof value !== 'string') return 0;
  if (lastPattern?.text !== pattern) lastPattern = { text: pattern, compiled: new RegExp(pattern) };
  return lastPattern.compiled.test(value) ? 1 : 0;
}
