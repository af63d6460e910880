import { expect, test } from 'vitest';
import { startPostgresServers } from './postgres-servers.ts';

test('a PostgreSQL that must be had and cannot be is an error that tells what was tried', async () => {
  const url = 'postgres://nova@127.0.0.1:1/nova'; // nobody listens there
  const starting = startPostgresServers({ DATABASE_URL: url });
  await expect(starting).rejects.toThrow('a PostgreSQL that the tests must have cannot be had. Tried: url: ');
  await expect(starting).rejects.toThrow('ECONNREFUSED');
});

test('no server is started when none is wanted', async () => {
  await using servers = await startPostgresServers({ NOVASIM_DATABASES: 'sqlite' });
  expect(servers.addresses).toEqual([]);
});
