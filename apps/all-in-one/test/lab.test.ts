import { randomUUID } from 'node:crypto';
import { NO_TROUBLE } from '@novasim/service';
import { type BrokerUnderTest, brokersUnderTest, publishRaw, until } from '@novasim/testkit';
import { readHop } from '@novasim/trace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabCloud, startLabCloud } from './lab-cloud.ts';

const build = { side: 'publish', method: 'build_and_run_instance' } as const;
const TIME = { timeout: 60_000 };

describe.each(await brokersUnderTest())('on $name', (broker: BrokerUnderTest) => {
  const opened = new AsyncDisposableStack();
  let lab: LabCloud;
  beforeAll(async () => {
    lab = opened.use(await startLabCloud(broker, { mode: 'processes' }));
  });
  afterAll(() => opened.disposeAsync());

  test('everybody is in the lab, under their own name', () => {
    expect(lab.desk.services.map(({ name }) => name)).toEqual([
      'api.box',
      'compute.box',
      'conductor.box',
      'launcher.box',
      'network.box',
      'scheduler.box',
    ]);
    expect(lab.desk.services.flatMap(({ hypervisors }) => Object.keys(hypervisors))).toEqual(['h1', 'h2']);
    expect(lab.desk.services.flatMap(({ processes }) => processes)).toEqual(
      expect.arrayContaining(
        ['conductor', 'network', 'scheduler', 'compute', 'api'].map((service) => ({
          service,
          pid: expect.any(Number),
          is_own: true,
        })),
      ),
    );
  });

  test('a build that is held stays BUILD, and becomes ACTIVE once it is released', async () => {
    await lab.desk.addRule({ action: 'hold', match: build });
    const { id, requestId } = await lab.client.boot();
    const held = await until(() => lab.desk.services.flatMap((service) => service.held)[0], { what: 'it is held' });
    expect(held).toMatchObject({ ...build, kind: 'cast', topic: 'compute', instance_uuid: id, request_id: requestId });
    expect(await lab.client.show(id)).toMatchObject({ status: 'BUILD', 'OS-EXT-STS:task_state': 'scheduling' });
    await lab.desk.settle(held.id, 'goes-on');
    expect(await lab.client.settled(id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('a build that is lost is found by the conductor, and becomes ERROR', TIME, async () => {
    await lab.desk.addRule({ action: 'drop', match: build });
    const { id } = await lab.client.boot();
    const { status, fault } = await lab.client.settled(id);
    expect([status, fault?.message]).toEqual([
      'ERROR',
      `Build of instance ${id} aborted: no progress for 2 s (task scheduling); the message that carried it was lost.`,
    ]);
  });

  test('a build that is doubled travels twice and is built once', async () => {
    await lab.desk.addRule({ action: 'duplicate', match: build });
    const { id, requestId } = await lab.client.boot();
    expect(await lab.client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    expect(await routesOf(lab, requestId, 'build_and_run_instance')).toHaveLength(2);
    expect(await routesOf(lab, requestId, 'allocate_for_instance')).toHaveLength(1);
  });

  test('a build that is delayed comes later', async () => {
    await lab.desk.addRule({ action: 'delay', delay_ms: 300, match: build });
    const { id } = await lab.client.boot();
    await until(() => lab.desk.services.flatMap((service) => service.held)[0], { what: 'it is on its way' });
    expect(await lab.client.settled(id)).toMatchObject({ status: 'ACTIVE' });
  });

  test('a hypervisor that fails the next spawn sends the build to the other host', async () => {
    await lab.desk.addRule({ action: 'hold', match: build });
    const { id, requestId } = await lab.client.boot();
    const held = await until(() => lab.desk.services.flatMap((service) => service.held)[0], { what: 'it is held' });
    await lab.desk.trouble(held.server ?? 'nowhere', { ...NO_TROUBLE, fail_next: 1 });
    await lab.desk.settle(held.id, 'goes-on');
    expect(await lab.client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    const routes = await routesOf(lab, requestId, 'build_and_run_instance');
    expect(routes.toSorted()).toEqual(['compute.h1', 'compute.h2']);
  });

  test(
    'a compute that is killed during a build stays down, the build becomes ERROR, and the next one goes well after a restart',
    TIME,
    async () => {
      for (const host of ['h1', 'h2']) await lab.desk.trouble(host, { ...NO_TROUBLE, slow_ms: 60_000 });
      const { id } = await lab.client.boot();
      await until(async () => (await lab.client.show(id))?.['OS-EXT-STS:task_state'] === 'spawning', {
        what: 'it spawns',
      });
      await lab.desk.kill('compute', 'SIGKILL');
      expect(lab.desk.services.flatMap(({ processes }) => processes)).toContainEqual({
        service: 'compute',
        pid: null,
        is_own: true,
      });
      expect(await lab.client.settled(id)).toMatchObject({ status: 'ERROR' });
      await lab.desk.restart('compute');
      expect(await lab.client.settled((await lab.client.boot()).id)).toMatchObject({ status: 'ACTIVE' });
    },
  );

  test('a service whose connection is broken during a boot is back on its own, and the boot ends well', async () => {
    await lab.desk.addRule({ action: 'hold', match: build });
    const { id } = await lab.client.boot();
    const held = await until(() => lab.desk.services.flatMap((service) => service.held)[0], { what: 'it is held' });
    await Promise.all([lab.desk.breakConnection('compute.box'), lab.desk.settle(held.id, 'goes-on')]);
    expect(await lab.client.settled(id)).toMatchObject({ status: 'ACTIVE' });
  });
});

test('where all services share a process, rules work and killing is refused with the reason', async () => {
  await using lab = await startLabCloud(undefined, { mode: 'single-process' });
  await lab.desk.addRule({ action: 'hold', match: { side: 'dispatch', method: 'run_instance' } });
  const { id } = await lab.client.boot();
  const held = await until(() => lab.desk.services.flatMap((service) => service.held)[0], { what: 'it is held' });
  expect(held).toMatchObject({ topic: 'scheduler', server: 'box' });
  await lab.desk.settle(held.id, 'goes-on');
  expect(await lab.client.settled(id)).toMatchObject({ status: 'ACTIVE' });
  await expect(lab.desk.kill('compute', 'SIGKILL')).rejects.toThrow(
    'compute has no process of its own: all services share one',
  );
});

/** Where a request sent its messages of a method. The firehose trails behind: a later message says that all before it were told. */
async function routesOf({ bus, firehose }: LabCloud, requestId: string, wanted: string): Promise<readonly string[]> {
  const mark = randomUUID();
  await publishRaw(bus, [{ exchange: '', routingKey: mark, body: '' }]);
  await firehose.seen(({ routing_key }) => routing_key === mark);
  return firehose.records.flatMap(({ kind, exchange, routing_key, body, at }) => {
    if (kind !== 'publish') return [];
    const hop = readHop({ exchange, routing_key, body: body.toString('utf8'), at_ms: at });
    return hop?.request_id === requestId && hop.method === wanted ? [routing_key] : [];
  });
}
