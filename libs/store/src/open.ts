import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Dialect, Kysely, sql } from 'kysely';
import { ClaimRelease } from './claim-release.ts';
import { BadDatabaseUrl } from './errors.ts';
import { FlavorTable } from './flavors.ts';
import { HostTables } from './hosts.ts';
import { IdentityTables } from './identity.ts';
import { ImageTable } from './images.ts';
import { InstanceTables } from './instances.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { NetworkTables } from './networks.ts';
import type { Database } from './schema.ts';
import { Session } from './session.ts';
import { SqliteDialect } from './sqlite-dialect.ts';
import type { OpenOptions, Store } from './store.ts';
import { type DatabaseAddress, readDatabaseUrl } from './url.ts';

/**
 * Opens the database that a URL names and brings its tables up to date. SQLite: `sqlite:/path/file.db` (the folder is made)
 * or `sqlite::memory:`. PostgreSQL: `postgres://user:password@host:port/name`; a server that is not up yet is waited for
 * until `options.signal` aborts, without one for 30 s.
 * @throws BadDatabaseUrl, StoreUnavailable, SchemaTooNew
 */
export async function openStore(url: string, options: OpenOptions = {}): Promise<Store> {
  const address = readDatabaseUrl(url);
  const { now = Date.now, signal, silenceMs } = options;
  await using opened = new AsyncDisposableStack();
  const db = new Kysely<Database>({ dialect: await dialectOf(address, silenceMs) });
  opened.defer(() => db.destroy());
  const session = new Session({ kind: address.kind, db, now, shown: address.shown });
  opened.defer(() => session.finish());

  const prepare = () => migrate(session, MIGRATIONS);
  await (address.kind === 'postgres' ? (await postgres()).whenUp(prepare, address.shown, signal) : prepare());
  return storeOf(session, opened.move());
}

/** Read only when needed: the driver takes 10 MB of memory, in each process. */
function postgres(): Promise<typeof import('./postgres.ts')> {
  return import('./postgres.ts');
}

function storeOf(session: Session, opened: AsyncDisposableStack): Store {
  const released = new ClaimRelease(session);
  return {
    kind: session.kind,
    instances: new InstanceTables(session, released),
    hosts: new HostTables(session, released),
    networks: new NetworkTables(session),
    flavors: new FlavorTable(session),
    images: new ImageTable(session),
    identity: new IdentityTables(session),
    ping: async () => {
      await session.guarded(() => sql`select 1`.execute(session.db));
    },
    close: () => opened.disposeAsync(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function dialectOf(address: DatabaseAddress, silenceMs: number | undefined): Promise<Dialect> {
  if (address.kind === 'postgres') return (await postgres()).postgresDialect(address.url, silenceMs);
  if (address.path !== ':memory:') {
    const folder = dirname(address.path);
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw new BadDatabaseUrl(address.shown, `its folder "${folder}" cannot be made`, { cause: error });
    }
  }
  return new SqliteDialect(address.path);
}
