import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import { BadDatabaseUrl, InvalidValue, StoreBusy, StoreClosed, StoreError, StoreUnavailable } from './errors.ts';
import type { Database } from './schema.ts';
import type { Statement } from './statement.ts';

/** What statements run on: the database (each its own transaction) or a transaction that is open. */
export type Executor = Kysely<Database> | Transaction<Database>;

/** How often a transaction is begun anew that the database broke off in favour of another. */
const ATTEMPTS = 10;

/** How every table group reaches the database. */
export class Session {
  readonly kind: 'sqlite' | 'postgres';
  readonly db: Kysely<Database>;
  readonly #now: () => number;
  readonly #shown: string;
  #running = 0;
  #finished: PromiseWithResolvers<void> | undefined;

  constructor(options: { kind: 'sqlite' | 'postgres'; db: Kysely<Database>; now: () => number; shown: string }) {
    this.kind = options.kind;
    this.db = options.db;
    this.#now = options.now;
    this.#shown = options.shown;
  }

  nowMs(): number {
    return this.#now();
  }

  /** The time as it is stored: ISO 8601 UTC with milliseconds. */
  timestamp(): string {
    return new Date(this.#now()).toISOString();
  }

  /** Runs one statement as a transaction of its own. */
  async rows<Args, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
    return this.guarded(async () => rowsOf(this.db, statement, args));
  }

  async first<Args, Row>(statement: Statement<Args, Row>, args: Args): Promise<Row | undefined> {
    return (await this.rows(statement, args))[0];
  }

  async query<Row>(compiled: CompiledQuery<Row>): Promise<Row[]> {
    return this.guarded(async () => (await this.db.executeQuery(compiled)).rows);
  }

  /** Runs `work` in one transaction; an `Undo` thrown in it rolls back and becomes the answer. */
  async transaction<T>(work: (tx: Transaction<Database>) => Promise<T>): Promise<T> {
    return this.guarded(async () => {
      try {
        return await this.db.transaction().execute(work);
      } catch (error) {
        if (error instanceof Undo) return error.answer as T; // thrown by `work`, which answers T
        throw error;
      }
    });
  }

  /** Repeats what lost against another transaction, and gives the failures of a database the names of ours. */
  async guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#finished !== undefined) throw new StoreClosed();
    this.#running += 1;
    try {
      return await this.#repeated(work);
    } finally {
      this.#running -= 1;
      this.#resolveIfFinished();
    }
  }

  /** Takes no more work, and resolves when what runs has finished. */
  async finish(): Promise<void> {
    this.#finished ??= Promise.withResolvers();
    this.#resolveIfFinished();
    await this.#finished.promise;
  }

  #resolveIfFinished(): void {
    if (this.#running === 0) this.#finished?.resolve();
  }

  async #repeated<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (attempt < ATTEMPTS && lostRace(error)) continue;
        throw named(error, this.#shown);
      }
    }
  }
}

/** Thrown inside a transaction to undo it and answer this. */
export class Undo extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super('undone');
    this.answer = answer;
  }
}

export async function rowsOf<Args, Row>(on: Executor, statement: Statement<Args, Row>, args: Args): Promise<Row[]> {
  return (await on.executeQuery(statement.bind(args))).rows;
}

export async function firstOf<Args, Row>(
  on: Executor,
  statement: Statement<Args, Row>,
  args: Args,
): Promise<Row | undefined> {
  return (await rowsOf(on, statement, args))[0];
}

/** Runs a write and answers how many rows it changed. */
export async function changesOf<Args>(on: Executor, statement: Statement<Args, unknown>, args: Args): Promise<number> {
  return Number((await on.executeQuery(statement.bind(args))).numAffectedRows ?? 0);
}

/** The columns or the constraint that a failed write would have made double; undefined for any other failure. */
export function duplicated(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (codeOf(error) === '23505') return 'constraint' in error ? String(error.constraint) : error.message;
  const [, columns] = /^UNIQUE constraint failed: (.+)$/.exec(error.message) ?? [];
  return columns;
}

function lostRace(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** What SQLite says when it is the file that is wrong: no access, disk full or failing, no database in it. */
const FILE_FAULTS: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26]);
/** Wrong user or password, unknown database: waiting does not help. */
const REFUSED = /^(28|3D000)/;
const CONNECTION_LOST = /^(08|57P|53300)|^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_AGAIN)|^ENOTFOUND$/;

function named(error: unknown, shown: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const code = codeOf(error);
  if (code === '55P03' || /timeout exceeded when trying to connect/.test(error.message)) {
    return new StoreBusy(5_000, { cause: error });
  }
  if (code === '2201B') return new InvalidValue('name', 'filter', error.message, { cause: error });
  if (REFUSED.test(code)) return new BadDatabaseUrl(shown, error.message, { cause: error });
  if ('errcode' in error && FILE_FAULTS.has(Number(error.errcode) & 0xff)) {
    return new StoreUnavailable(shown, error.message, { cause: error });
  }
  if (CONNECTION_LOST.test(code) || /^Connection terminated|^Client has encountered/.test(error.message)) {
    return new StoreUnavailable(shown, error.message || code, { cause: error });
  }
  return error;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
