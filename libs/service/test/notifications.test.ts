import { hostName } from '@novasim/cloud';
import { type Bus, brokersUnderTest, freshBus, openStage, tapFirehose, toldOn, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { createLogger, joinBus, Notifications, requestContext, ToldInstances } from '../src/index.ts';

/** A transport of a service with its notifications, and the lines that it logs. */
async function teller(bus: Bus, isOn = true) {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 'probe',
    host: 'h1',
    format: 'json',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const config = { transportUrl: bus.url, rpcResponseTimeoutMs: 5_000 };
  const transport = await joinBus('nova-probe', { config, log, signal: new AbortController().signal });
  const notifications = Notifications.on(transport, { service: 'probe', host: 'h1', isOn, log });
  return { transport, notifications, lines, [Symbol.asyncDispose]: () => transport.close() };
}

const REQUEST = { request: { REQUEST_METHOD: 'POST', PATH_INFO: '/servers' } } as const;
const FAULT = { exception: 'Error', message: 'boom', code: 500 } as const;

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('what is told joins the flow of its request, and leaves neither a queue nor a token behind', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    await using told = await teller(bus);
    const ctx = requestContext({ auth_token: 'hunter2' });
    told.notifications.info(ctx, 'http.request', REQUEST);
    told.notifications.as('h2').info(ctx, 'http.request', REQUEST);
    const seen = await until(() => toldOn(firehose, ctx.request_id).length === 2 && toldOn(firehose));
    expect(
      seen.map(({ event_type, priority, publisher_id, payload }) => [event_type, priority, publisher_id, payload]),
    ).toEqual([
      ['http.request', 'info', 'probe.h1', REQUEST],
      ['http.request', 'info', 'probe.h2', REQUEST],
    ]);
    expect(firehose.records.map(({ body }) => body.toString()).join()).not.toContain('hunter2');
    expect((await bus.topology()).queues.map(({ name }) => name)).not.toContain('notifications.info');
  });

  test('closing the transport waits for what was told a moment before', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    const told = await teller(bus);
    for (let i = 0; i < 100; i += 1) told.notifications.info({}, 'http.request', REQUEST);
    await told.transport.close();
    await firehose.seen(({ routing_key }) => routing_key === 'notifications.info', 100);
    expect(told.lines.filter(({ msg }) => msg === 'notification given up')).toEqual([]);
  });

  test('switched off, nothing is told', async () => {
    await using bus = await freshBus(broker);
    await using firehose = await tapFirehose(bus);
    await using silent = await teller(bus, false);
    await using other = await teller(bus);
    silent.notifications.info({}, 'http.request', REQUEST);
    other.notifications.as('other').info({}, 'http.request', REQUEST);
    await firehose.seen(({ routing_key }) => routing_key === 'notifications.info');
    expect(toldOn(firehose).map(({ publisher_id }) => publisher_id)).toEqual(['probe.other']);
  });
});

test('without a broker what is told waits, within bounds, and the log says what was given up', async () => {
  const bus = await freshBus();
  await using told = await teller(bus);
  await bus[Symbol.asyncDispose]();
  await until(() => told.transport.state !== 'connected');
  for (let i = 0; i < 1_003; i += 1) told.notifications.info({}, 'http.request', REQUEST);
  await told.transport.close();
  const of = (msg: string) => told.lines.filter((line) => line['msg'] === msg);
  expect(of('notification given up')).toHaveLength(1_000);
  expect(of('notification given up')[0]).toMatchObject({
    event_type: 'http.request',
    why: expect.stringContaining('closed'),
  });
  expect(of('notifications are sent again, these were given up')).toMatchObject([{ dropped: 3 }]);
});

describe('an instance that is written', () => {
  test('is told of with the state before, also where the writer did not say what it expects', async () => {
    await using stage = await openStage();
    await using firehose = await tapFirehose(stage.bus);
    await using told = await teller(stage.bus);
    const instances = new ToldInstances(stage.store.instances, told.notifications);
    const { uuid } = await stage.newBuild();
    const ctx = requestContext();
    const expected = { vm_state: ['building'], task_state: ['scheduling'] } as const;
    await instances.save(ctx, uuid, { host: hostName('h1'), task_state: null }, { expected });
    await instances.save(ctx, uuid, {}); // renewed: no news
    await instances.save(ctx, uuid, { vm_state: 'error' }, { expected }); // refused: no news
    await instances.save(ctx, uuid, { vm_state: 'active', task_state: 'deleting' });
    expect(await instances.destroy(ctx, uuid)).toBe(true);
    expect(await instances.destroy(ctx, uuid)).toBe(false);
    const seen = await until(() => toldOn(firehose, ctx.request_id).length >= 3 && toldOn(firehose));
    expect(seen.map(({ payload }) => payload)).toMatchObject([
      {
        instance_id: uuid,
        old_state: 'building',
        old_task_state: 'scheduling',
        state: 'building',
        new_task_state: null,
        host: 'h1',
      },
      { old_state: 'building', old_task_state: null, state: 'active', state_description: 'deleting' },
      { old_state: 'active', old_task_state: 'deleting', state: 'deleted', state_description: '' },
    ]);
  });
});

test('a fault is told as an error', async () => {
  await using stage = await openStage();
  await using firehose = await tapFirehose(stage.bus);
  await using told = await teller(stage.bus);
  const { uuid } = await stage.newBuild();
  told.notifications.error({}, 'scheduler.run_instance', {
    instance_id: uuid,
    request_spec: {
      instance_uuids: [uuid],
      instance_type: 'm1.tiny',
      vcpus: 1,
      memory_mb: 512,
      local_gb: 1,
      availability_zone: null,
      tried: [],
    },
    ...FAULT,
    hosts: 0,
    filters: [],
  });
  await firehose.seen(({ routing_key }) => routing_key === 'notifications.error');
  expect(toldOn(firehose)).toMatchObject([{ priority: 'error', payload: { instance_id: uuid, ...FAULT } }]);
});
