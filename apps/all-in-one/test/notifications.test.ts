import { bootClassic } from '@novasim/flows';
import {
  type Bus,
  brokersUnderTest,
  freshBus,
  freshDatabase,
  isNotification,
  type Told,
  tapFirehose,
  toldOn,
  until,
} from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';
import { hopsOf } from './travelled.ts';

async function tappedCloud(bus: Bus, env: NodeJS.ProcessEnv = {}) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshDatabase('sqlite'));
  const firehose = opened.use(await tapFirehose(bus));
  const cloud = opened.use(
    await startCloud({
      mode: 'single-process',
      transportUrl: bus.url,
      databaseUrl: database.url,
      env: {
        HOST: 'here',
        COMPUTE_HOSTS: 'h1,h2',
        COMPUTE_SPAWN_MS: '0',
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        ...env,
      },
    }),
  );
  const closing = opened.move();
  return {
    firehose,
    client: new DemoClient(cloud.api.url),
    /** What each publisher told of a request, once `last` and the answer's end are there. Between publishers there is no order. */
    async told(requestId: string, last: string) {
      const all = () => toldOn(firehose, requestId);
      const has = (event: string) => all().some(({ event_type }) => event_type === event);
      await until(() => has(last) && has('http.response'), { withinMs: 10_000, what: last });
      const byPublisher = Object.groupBy(all(), ({ publisher_id }) => publisher_id);
      return Object.fromEntries(Object.entries(byPublisher).map(([who, told = []]) => [who, told.map(wordOf)]));
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** The event, or of an update the change. */
function wordOf({ event_type, payload }: Told): string {
  if (event_type !== 'compute.instance.update') return event_type;
  const { old_state, old_task_state, state, new_task_state } = payload;
  return `${old_state}/${old_task_state ?? '-'} → ${state}/${new_task_state ?? '-'}`;
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a boot, a stop and a terminate are told: who asked, the verdict, each state, on which host', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus);
    const booted = await tapped.client.boot();
    expect(await tapped.told(booted.requestId, 'compute.instance.create.end')).toEqual({
      'api.here': ['http.request', 'building/scheduling → building/scheduling', 'http.response'],
      'scheduler.here': ['scheduler.select_destinations.start', 'scheduler.select_destinations.end'],
      'conductor.here': [
        'building/scheduling → building/-',
        'building/- → building/networking',
        'building/networking → building/block_device_mapping',
        'building/block_device_mapping → building/spawning',
        'building/spawning → active/-',
      ],
      'compute.h1': ['compute.instance.create.start', 'compute.instance.create.end'],
    });
    const payloadOf = (event: string) =>
      toldOn(tapped.firehose, booted.requestId).find(({ event_type }) => event_type === event)?.payload;
    expect(payloadOf('http.response')).toMatchObject({
      request: { REQUEST_METHOD: 'POST', PATH_INFO: '/compute/v2.1/servers' },
      response: { status: '202 Accepted' },
      ms: expect.any(Number),
    });
    expect(payloadOf('scheduler.select_destinations.end')).toMatchObject({
      instance_id: booted.id,
      host: 'h1',
      alternates: ['h2'],
      hosts: 2,
      filters: expect.arrayContaining([{ filter: 'ComputeFilter', start: 2, end: 2 }]),
    });

    const stopped = await tapped.client.act(booted.id, { 'os-stop': null });
    expect(await tapped.told(stopped, 'compute.instance.power_off.end')).toEqual({
      'api.here': ['http.request', 'active/- → active/powering-off', 'http.response'],
      'compute.h1': ['compute.instance.power_off.start', 'compute.instance.power_off.end'],
      'conductor.here': ['active/powering-off → stopped/-'],
    });

    const deleted = await tapped.client.delete(booted.id);
    expect(await tapped.told(deleted, 'compute.instance.delete.end')).toEqual({
      'api.here': ['http.request', 'stopped/- → stopped/deleting', 'http.response'],
      'compute.h1': ['compute.instance.delete.start', 'compute.instance.delete.end'],
      'conductor.here': ['stopped/deleting → deleted/-'],
    });
    expect((await bus.topology()).queues.filter(({ name }) => name.startsWith('notifications'))).toEqual([]);
  });

  test('a build that moves to another host tells of the fault, one without a host of what each filter left', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus, { COMPUTE_FAIL_HOSTS: 'h1', COMPUTE_VCPUS: '2' });
    const moved = await tapped.client.boot();
    await tapped.told(moved.requestId, 'compute.instance.create.end');
    const faults = () => toldOn(tapped.firehose).filter(({ priority }) => priority === 'error');
    expect(faults()).toMatchObject([
      {
        event_type: 'compute.instance.create.error',
        publisher_id: 'compute.h1',
        request_id: moved.requestId,
        payload: {
          instance_id: moved.id,
          exception: 'SpawnFailed',
          message: expect.stringContaining('Failed to spawn'),
        },
      },
    ]);

    const refused = await tapped.client.boot({ flavorRef: '3' }); // medium has two vCPUs: one host has them, and fails
    await until(() => faults().length >= 3, { withinMs: 10_000, what: 'the faults of the second boot' });
    expect(faults().slice(1)).toMatchObject([
      { publisher_id: 'compute.h1' },
      {
        event_type: 'compute_task.build_instances',
        publisher_id: 'conductor.here',
        payload: { instance_id: refused.id, exception: 'MaxRetriesExceeded', tried: ['h1'] },
      },
    ]);
    const third = await tapped.client.boot({ flavorRef: '4' });
    await until(() => faults().length >= 4, { withinMs: 10_000, what: 'the fault of the third boot' });
    expect(faults().at(-1)).toMatchObject({
      event_type: 'scheduler.run_instance',
      publisher_id: 'scheduler.here',
      payload: {
        instance_id: third.id,
        exception: 'NoValidHost',
        hosts: 2,
        filters: expect.arrayContaining([{ filter: 'CoreFilter', start: 2, end: 0 }]),
      },
    });
  });

  test('polls are not told, what fails is, and no secret in either', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus);
    const booted = await tapped.client.boot({
      adminPass: 'hunter2',
      user_data: Buffer.from('hunter3').toString('base64'),
    });
    await tapped.client.settled(booted.id);
    await tapped.client.delete(booted.id);
    await tapped.client.gone(booted.id);
    const answers = () => toldOn(tapped.firehose).filter(({ event_type }) => event_type === 'http.response');
    await until(() => answers().some(({ payload }) => payload.request.REQUEST_METHOD === 'GET'), { what: 'the 404' });
    const asked = answers().map(({ payload: { request, response, instance_id } }) => [
      request.REQUEST_METHOD,
      response.status,
      instance_id,
    ]);
    expect(asked).toEqual([
      ['POST', '202 Accepted', undefined],
      ['DELETE', '204 No Content', booted.id],
      ['GET', '404 Not Found', booted.id],
    ]);
    const told = tapped.firehose.records
      .filter(isNotification)
      .map(({ body }) => body.toString())
      .join();
    for (const secret of ['hunter2', 'hunter3', Buffer.from('hunter3').toString('base64'), 'auth_token']) {
      expect(told).not.toContain(secret);
    }
  });

  test('switched off, a boot travels as ever and nothing is told', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus, { NOVASIM_NOTIFY: '0' });
    const booted = await tapped.client.boot();
    await tapped.client.settled(booted.id);
    const own = () => hopsOf(tapped.firehose.records).filter(({ request_id }) => request_id === booted.requestId);
    await until(() => own().length >= bootClassic.hops.length, { what: 'the hops of the boot' });
    expect(tapped.firehose.records.filter(isNotification)).toEqual([]);
  });
});
