import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BadDatabaseUrl, openStore, SchemaTooNew, StoreBusy, StoreClosed, StoreUnavailable } from '@novasim/store';
import { databasesUnderTest, freshDatabase } from '@novasim/testkit';
import { newInstance } from '@novasim/testkit/new-instance';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { Door } from './door.ts';
import { freshCloud } from './fresh-cloud.ts';
import { runWorker } from './workers.ts';

const databases = await databasesUnderTest();

describe.each(databases)('a store on $name', (database) => {
  test('keeps what was written for whoever opens it next', async () => {
    await using empty = await freshDatabase(database);
    const row = newInstance();
    {
      await using store = await openStore(empty.url);
      await store.instances.create([row]);
    }
    await using store = await openStore(empty.url);
    expect(await store.instances.get(row.uuid)).toMatchObject(row);
  });

  test('is made by one of several processes that open an empty database at once, and used by all', async () => {
    await using empty = await freshDatabase(database);

    await Promise.all(Array.from({ length: 5 }, () => runWorker(empty.url, 'open')));

    await using store = await openStore(empty.url);
    expect(await store.instances.list({})).toHaveLength(5);
  });

  test('answers a ping until it is closed, and then says that it is closed', async () => {
    await using cloud = await freshCloud(database);
    const store = await cloud.anotherStore();
    await store.ping();

    await store.close();
    await store.close();

    await expect(store.ping()).rejects.toThrow(StoreClosed);
    await expect(store.instances.create([newInstance(), newInstance()])).rejects.toThrow(StoreClosed);
  });

  test('finishes what has begun before it closes', async () => {
    await using cloud = await freshCloud(database);
    const store = await cloud.anotherStore();
    const creating = store.instances.create(Array.from({ length: 10 }, () => newInstance()));

    await Promise.all([store.close(), creating]);

    expect(await cloud.store.instances.list({})).toHaveLength(10);
  });

  test('that was made before locks is brought up to date, and keeps what is in it', async () => {
    await using old = await freshDatabase(database);
    const row = newInstance();
    {
      await using store = await openStore(old.url);
      await store.instances.create([row]);
    }
    await execute(old.url, 'alter table instances drop column locked_by');
    await execute(old.url, `delete from schema_migrations where name = '0002-locks'`);

    await using store = await openStore(old.url);
    expect(await store.instances.get(row.uuid)).toMatchObject({ ...row, locked_by: null });
    await store.instances.save(row.uuid, { locked_by: 'admin' });
    expect(await store.instances.get(row.uuid)).toMatchObject({ locked_by: 'admin' });
  });

  test('that newer code has changed is refused with the name of the change', async () => {
    await using empty = await freshDatabase(database);
    await (await openStore(empty.url)).close();
    await execute(empty.url, `insert into schema_migrations values ('9999-future', 'later')`);

    const opening = openStore(empty.url);

    await expect(opening).rejects.toThrow(SchemaTooNew);
    await expect(opening).rejects.toThrow('9999-future');
  });

  test('that others keep locked is busy after five seconds, and works once they have finished', async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();
    const blocker = await lock(cloud.url);
    const start = performance.now();

    await expect(cloud.store.instances.save(uuid, { power_state: 1 })).rejects.toThrow(StoreBusy);
    expect(performance.now() - start).toBeGreaterThan(4_900);
    const saving = cloud.store.instances.save(uuid, { power_state: 3 });
    await blocker.unlock();

    expect(await saving).toMatchObject({ outcome: 'saved', instance: { power_state: 3, version: 2 } });
  });
});

describe('a SQLite store', () => {
  test('makes the folder of its file', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'deep', 'down', 'nova.db');
    await using _ = await openStore(`sqlite:${path}`);
    expect((await stat(path)).isFile()).toBe(true);
  });

  test('can be in memory, each its own', async () => {
    await using one = await openStore('sqlite::memory:');
    await using other = await openStore('sqlite::memory:');
    await one.instances.create([newInstance()]);
    expect([await one.instances.list({}), await other.instances.list({})]).toMatchObject([[{}], []]);
  });

  test('in a place that is no folder cannot be opened', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    const opening = openStore(`sqlite:${file}/nova.db`);
    await expect(opening).rejects.toThrow(BadDatabaseUrl);
    await expect(opening).rejects.toThrow(file);
  });

  test('in a file that is no database cannot be opened', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'letter.txt');
    await writeFile(file, 'Dear Sir or Madam,'.repeat(100));
    const opening = openStore(`sqlite:${file}`);
    await expect(opening).rejects.toThrow(StoreUnavailable);
    await expect(opening).rejects.toThrow(`sqlite:${file} is not available: file is not a database`);
  });

  test('does not stop the process while it waits for the lock', async () => {
    await using folder = await temporaryFolder();
    const url = `sqlite:${join(folder.path, 'nova.db')}`;
    await using store = await openStore(url);
    const blocker = await lock(url);
    const creating = store.instances.create([newInstance()]);

    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate); // the loop still turns

    await blocker.unlock();
    expect(await creating).toHaveLength(1);
  });
});

describe.each(databases.filter(({ kind }) => kind !== 'sqlite'))('a store on $name', (database) => {
  test('waits for a server that is not up yet', async () => {
    await using empty = await freshDatabase(database);
    const real = new URL(empty.url);
    const port = await freePort();
    const late = new URL(empty.url);
    late.hostname = '127.0.0.1';
    late.port = String(port);
    const opening = openStore(late.href, { signal: AbortSignal.timeout(20_000) });
    await refusal(port); // nobody listens while it already tries

    const door = createServer((client) => {
      const server = connect(Number(real.port || 5432), real.hostname);
      client.pipe(server).pipe(client);
      for (const end of [client, server]) end.on('error', () => end.destroy()); // an end that breaks, breaks the other
    }).listen(port, '127.0.0.1');
    try {
      await using store = await opening;
      await store.ping();
    } finally {
      door.close();
    }
  });

  test('says that it gave up waiting when it is told to, without the password', async () => {
    const port = await freePort();
    const opening = openStore(`postgres://nova:s3cret@127.0.0.1:${port}/nova`, { signal: AbortSignal.timeout(300) });
    await expect(opening).rejects.toThrow(StoreUnavailable);
    await expect(opening).rejects.toThrow(`postgres://nova:***@127.0.0.1:${port}/nova is not available`);
  });

  test('does not wait for a database that is not there', async () => {
    await using empty = await freshDatabase(database);
    const unknown = new URL(empty.url);
    unknown.pathname = '/novasim_nowhere';
    const opening = openStore(unknown.href);
    await expect(opening).rejects.toThrow(BadDatabaseUrl);
    await expect(opening).rejects.toThrow('database "novasim_nowhere" does not exist');
    if (unknown.password !== '') await expect(opening).rejects.not.toThrow(unknown.password);
  });

  test('survives the loss of its connections', async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();
    await execute(
      cloud.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await expect.poll(() => cloud.store.instances.get(uuid).catch(() => undefined)).toMatchObject({ uuid });
  });

  test('whose connection is lost in the middle of a transaction is unavailable for that call and works for the next', async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();
    const blocker = await lock(cloud.url);
    try {
      const destroying = expect(cloud.store.instances.destroy(uuid)).rejects.toThrow(StoreUnavailable);
      await expect.poll(() => query(cloud.url, END_WAITING)).toHaveLength(1); // as soon as it waits for the lock

      await destroying;
      expect(await cloud.store.instances.get(uuid)).toMatchObject({ uuid });
    } finally {
      await blocker.unlock();
    }
    expect(await cloud.store.instances.destroy(uuid)).toBe(true);
  });

  test('that falls silent is unavailable after a while, and works once it is heard again', async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot();
    await using door = await Door.before(cloud.url);
    await using store = await openStore(door.url, { silenceMs: 1_500 });
    await store.ping();

    door.hush();
    const start = performance.now();
    await Promise.all([
      expect(store.ping()).rejects.toThrow(StoreUnavailable), // on a connection that was there
      expect(store.instances.destroy(uuid)).rejects.toThrow(StoreUnavailable), // on a new one
    ]);
    await expect(store.instances.get(uuid)).rejects.toThrow('is not available');
    expect(performance.now() - start).toBeLessThan(10_000);

    door.listen();
    expect(await store.instances.destroy(uuid)).toBe(true);
  });

  test('that falls silent is closed after a while, also with a call that waits for it', async () => {
    await using cloud = await freshCloud(database);
    await using door = await Door.before(cloud.url);
    const store = await openStore(door.url, { silenceMs: 1_500 });
    door.hush();
    const pinging = expect(store.ping()).rejects.toThrow('no answer for 1500 ms');

    const start = performance.now();
    await store.close();

    expect(performance.now() - start).toBeLessThan(10_000);
    await pinging;
  });
});

/** Ends the connections that wait for a lock, and answers one row for each. */
const END_WAITING = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function execute(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const file = new DatabaseSync(url.slice('sqlite:'.length));
    file.exec(statement);
    file.close();
    return;
  }
  await query(url, statement);
}

/** Another connection that keeps the instances to itself. */
async function lock(url: string): Promise<{ unlock: () => Promise<void> }> {
  if (url.startsWith('sqlite:')) {
    const file = new DatabaseSync(url.slice('sqlite:'.length));
    file.exec('begin immediate');
    return {
      unlock: async () => {
        file.exec('rollback');
        file.close();
      },
    };
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query('lock table instances in exclusive mode');
  return {
    unlock: async () => {
      await client.query('rollback');
      await client.end();
    },
  };
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'novasim-store-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening socket without a port');
  return address.port;
}

async function refusal(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const [error] = await once(socket, 'error', { signal: AbortSignal.timeout(5_000) }).catch((thrown) => [thrown]);
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
}
