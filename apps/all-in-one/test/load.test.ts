import { openStore } from '@novasim/store';
import { brokersUnderTest, freshBus, freshDatabase, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { startCloud } from '../src/cloud.ts';
import { DemoClient, type ShownServer } from './demo-client.ts';

const HOSTS = 4;
const ROOM = 30; // vCPUs of each host; the flavor takes one
const BOOTS = 200;

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('of 200 boots at once exactly those that fit become ACTIVE, and nothing is left of any', {
    timeout: 180_000,
  }, async () => {
    await using bus = await freshBus(broker);
    await using database = await freshDatabase('sqlite');
    await using cloud = await startCloud({
      transportUrl: bus.url,
      databaseUrl: database.url,
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: 'error',
        HOST: 'load',
        COMPUTE_HOSTS: String(HOSTS),
        COMPUTE_VCPUS: String(ROOM),
        COMPUTE_MEMORY_MB: '1000000',
        COMPUTE_DISK_GB: '100000',
        COMPUTE_SPAWN_MS: '0',
      },
    });
    await using store = await openStore(database.url);
    const client = new DemoClient(cloud.api.url);
    const queues = async () => (await bus.topology()).queues.map(({ name }) => name).toSorted();
    const before = await queues();

    await Promise.all(Array.from({ length: BOOTS }, (_, i) => client.boot({ name: `load-${i}` })));
    const servers = await until(
      async () => {
        const all = await client.list();
        return all.every(({ status }) => status !== 'BUILD') && all;
      },
      { withinMs: 90_000, everyMs: 250, what: 'all servers to be ACTIVE or ERROR' },
    );

    expect(countsOf(servers)).toEqual({ ACTIVE: HOSTS * ROOM, ERROR: BOOTS - HOSTS * ROOM });
    const addresses = servers.flatMap((server) =>
      Object.values(server.addresses)
        .flat()
        .map(({ addr }) => addr),
    );
    expect(new Set(addresses).size).toBe(HOSTS * ROOM);
    for (const { status, fault } of servers) {
      if (status === 'ERROR') expect(fault?.message).toContain('No valid host was found');
    }
    for (const node of await store.hosts.nodes()) expect(node.used.vcpus).toBe(ROOM);

    await Promise.all(servers.map(({ id }) => client.delete(id)));
    await until(async () => (await client.list()).length === 0, {
      withinMs: 60_000,
      everyMs: 250,
      what: 'all to be gone',
    });

    expect(await store.hosts.claims()).toEqual([]);
    expect(await store.networks.ports()).toEqual([]);
    for (const node of await store.hosts.nodes()) expect(node.used).toEqual({ vcpus: 0, memory_mb: 0, local_gb: 0 });
    expect(await queues()).toEqual(before);
  });
});

function countsOf(servers: readonly ShownServer[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(servers, ({ status }) => status)).map(([status, of]) => [status, of?.length ?? 0]),
  );
}
