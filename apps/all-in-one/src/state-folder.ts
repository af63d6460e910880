import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another cloud that runs keeps its state in the same folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
  readonly code = 'FOLDER_IN_USE';
}

/**
 * The folder in which a cloud keeps its database and what people need to talk to it, held by one cloud at a time. What holds
 * it is a lock of the operating system on a file (taken through SQLite, because Node has no other way to one): it ends with
 * the process, however that ends, so there is none to clean up after a crash.
 */
export class StateFolder implements Disposable {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /**
   * A folder that is not there is made for this user only; one that is there may hold more than a cloud, and is left as it is.
   * @throws {FolderInUse} naming the process that holds it.
   */
  constructor(path: string) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.path = path;
    this.#lock = new DatabaseSync(join(path, 'cloud.lock'), { timeout: 0 });
    try {
      this.#lock.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      this.#lock.close();
      const holder = readIfThere(join(path, 'cloud.pid'))?.trim();
      throw new FolderInUse(
        `a cloud that runs${holder === undefined ? '' : ` (process ${holder})`} keeps its state in ${path}: ` +
          'stop it, or set STATE_FOLDER to another folder',
        { cause },
      );
    }
    this.write('cloud.pid', `${process.pid}\n`);
  }

  /** The SQLite database that is used unless another is asked for. */
  get databaseFile(): string {
    return join(this.path, 'novasim.db');
  }

  /**
   * Makes the database a file that only this user may read, wherever the folder is and whoever made it: what users gave their
   * instances stands in it in clear. SQLite gives its log the same rights.
   */
  keepDatabasePrivate(): void {
    closeSync(openSync(this.databaseFile, 'a', 0o600)); // an empty file is a new database to SQLite
    for (const file of partsOf(this.databaseFile)) if (existsSync(file)) chmodSync(file, 0o600);
  }

  /** The text of a file, undefined where there is none. */
  read(name: string): string | undefined {
    return readIfThere(join(this.path, name));
  }

  /** Writes a file that only this user may read. */
  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text, { mode: 0o600 });
  }

  /** Forgets the cloud that was here. */
  empty(): void {
    emptyDatabase(this.databaseFile);
  }

  [Symbol.dispose](): void {
    if (!this.#lock.isOpen) return;
    rmSync(join(this.path, 'cloud.pid'), { force: true });
    this.#lock.close();
  }
}

/** Removes an SQLite database with its log and its index of the log. */
export function emptyDatabase(file: string): void {
  for (const part of partsOf(file)) rmSync(part, { force: true });
  mkdirSync(dirname(file), { recursive: true });
}

function partsOf(database: string): readonly string[] {
  return ['', '-wal', '-shm', '-journal'].map((part) => `${database}${part}`);
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
