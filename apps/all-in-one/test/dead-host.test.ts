import { openStore } from '@novasim/store';
import {
  type Bus,
  brokersUnderTest,
  type FreshDatabase,
  freshBus,
  freshDatabase,
  purgeQueue,
  queueDepth,
  until,
} from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';

const ENV = {
  COMPUTE_HOSTS: 'h1',
  COMPUTE_SPAWN_MS: '0',
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'warn',
  BUILD_TIMEOUT_MS: '4000',
  BUILD_CHECK_MS: '100',
};

/** A cloud whose compute stays dead until it is asked for. */
function startOn(bus: Bus, database: FreshDatabase, env: NodeJS.ProcessEnv = {}): Promise<Cloud> {
  return startCloud({
    transportUrl: bus.url,
    databaseUrl: database.url,
    isRestarted: false,
    env: { ...process.env, ...ENV, ...env },
  });
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('the cast to a dead host waits in its queue and runs on its return', async () => {
    await using bus = await freshBus(broker);
    await using database = await freshDatabase('sqlite');
    await using cloud = await startOn(bus, database, { BUILD_TIMEOUT_MS: '30000' });
    const client = new DemoClient(cloud.api.url);
    await cloud.kill('compute');
    const { id } = await client.boot();
    await until(async () => (await queueDepth(bus, 'compute.h1')) === 1, { what: 'the cast waits' });
    expect(await client.show(id)).toMatchObject({ status: 'BUILD', 'OS-EXT-STS:task_state': 'scheduling' });
    await cloud.restart('compute');
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('a stop asked of a dead host waits in its queue and is done on its return', async () => {
    await using bus = await freshBus(broker);
    await using database = await freshDatabase('sqlite');
    await using cloud = await startOn(bus, database);
    const client = new DemoClient(cloud.api.url);
    const { id } = await client.boot();
    await client.settled(id);
    await cloud.kill('compute');
    await client.act(id, { 'os-stop': null });
    await until(async () => (await queueDepth(bus, 'compute.h1')) === 1, { what: 'the cast waits' });
    expect(await client.show(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': 'powering-off' });
    await cloud.restart('compute');
    expect(await client.settled(id)).toMatchObject({ status: 'SHUTOFF' });
    await client.act(id, { 'os-start': null }); // comes after what waited
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    await until(async () => (await queueDepth(bus, 'compute.h1')) === 0, { what: 'nothing waits' });
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('a lost cast leaves a BUILD that a conductor turns into ERROR, and nothing is leaked', async () => {
    await using bus = await freshBus(broker);
    await using database = await freshDatabase('sqlite');
    await using cloud = await startOn(bus, database);
    await using store = await openStore(database.url);
    const client = new DemoClient(cloud.api.url);
    await cloud.kill('compute');
    const { id } = await client.boot();
    await until(async () => (await purgeQueue(bus, 'compute.h1')) === 1, { what: 'the cast is lost' });
    expect(await store.hosts.claims()).toHaveLength(1);

    const server = await client.settled(id);
    expect(server.status).toBe('ERROR');
    expect(server.fault?.message).toBe(
      `Build of instance ${id} aborted: no progress for 4 s (task scheduling); the message that carried it was lost.`,
    );
    expect(await store.hosts.claims()).toEqual([]);
    await cloud.restart('compute');
    await client.delete(id);
    await client.gone(id);
  });
});
