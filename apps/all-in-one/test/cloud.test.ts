import { brokersUnderTest, databasesUnderTest, freshBus, freshDatabase } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { type CloudMode, startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';

/** All that services need of the environment: nothing of whoever runs the tests. */
const env = { PATH: process.env['PATH'], LOG_LEVEL: 'warn', COMPUTE_SPAWN_MS: '20', HOST: 'test' };
const modes: readonly CloudMode[] = ['processes', 'single-process'];

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test.for(modes)(
    '%s: a server that is booted becomes ACTIVE with an address, and is gone when deleted',
    async (mode) => {
      await using bus = await freshBus(broker);
      await using database = await freshDatabase('sqlite');
      await using cloud = await startCloud({ mode, env, transportUrl: bus.url, databaseUrl: database.url });
      const client = new DemoClient(cloud.api.url);

      const { id } = await client.boot({ name: 'first' });
      const server = await client.settled(id);
      expect(server).toMatchObject({
        status: 'ACTIVE',
        addresses: { demo: [{ addr: expect.stringMatching(/^10\.0\./) }] },
      });

      await client.delete(id);
      await client.gone(id);
      expect(await client.list()).toEqual([]);
    },
  );
});

describe.each((await databasesUnderTest()).filter(({ kind }) => kind !== 'sqlite'))('on $name', (on) => {
  test('a server that is booted becomes ACTIVE, and is gone when deleted', async () => {
    await using database = await freshDatabase(on);
    await using cloud = await startCloud({ env, databaseUrl: database.url });
    const client = new DemoClient(cloud.api.url);

    const { id } = await client.boot({ name: 'first' });
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    await client.delete(id);
    await client.gone(id);
  });
});

test('a service that was killed and one that was restarted serve again', async () => {
  await using database = await freshDatabase('sqlite');
  await using cloud = await startCloud({ env, databaseUrl: database.url, isRestarted: false });
  const client = new DemoClient(cloud.api.url);
  const before = cloud.pids;
  expect(Object.keys(before)).toEqual(['conductor', 'network', 'scheduler', 'compute', 'api']);

  await cloud.kill('conductor');
  expect(cloud.pids.conductor).toBeUndefined();
  await cloud.restart('conductor');
  await cloud.restart('api');
  expect(cloud.pids.conductor).not.toBe(before.conductor);
  expect(cloud.pids.api).not.toBe(before.api);

  await cloud.healthy();
  expect(await client.settled((await client.boot({ name: 'after' })).id)).toMatchObject({ status: 'ACTIVE' });
});

test('a service that cannot start fails the cloud with its own words, and leaves nothing', async () => {
  await using database = await freshDatabase('sqlite');
  const serviceEnv = { network: { LOG_LEVEL: 'loud' } };

  await expect(startCloud({ env, serviceEnv, databaseUrl: database.url })).rejects.toThrow(
    /network did not start \(exit code 2\).*LOG_LEVEL="loud"/s,
  );
});
