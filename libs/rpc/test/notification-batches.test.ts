import { setImmediate as turn } from 'node:timers/promises';
import { brokersUnderTest, freshBus, queueDepth, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { type BatchedNotification, connect, serveNotificationBatches } from '../src/index.ts';
import { notifierOn } from './notifier-on.ts';
import { deadlineMs } from './probe.ts';

const topic = { topic: 'notifications' };

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a batch is handled when it is full, or when its first has waited long enough, by priority', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    for (const n of [1, 2, 3, 4]) await sender.notifier.info({}, 'counted', n);
    await using transport = await connect(bus.url);
    const batches: unknown[][] = [];
    const hear = (notifications: readonly BatchedNotification[]): void => {
      batches.push(notifications.map(({ notification }) => notification.payload));
    };
    const options = { size: 3, timeoutMs: 500 };
    await using _listener = await serveNotificationBatches(transport, [topic], [{ info: hear, warn: hear }], options);
    await until(() => batches.flat().length === 4, { withinMs: deadlineMs, what: 'four in batches' });
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  test('a batch that is given back comes again, all of its priority and nothing else', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    await using transport = await connect(bus.url);
    const heard: Record<string, unknown[]> = { info: [], warn: [] };
    const answers: unknown[] = [new Error('not now'), 'requeue'];
    const endpoint = {
      info: (notifications: readonly BatchedNotification[]): unknown => {
        heard['info']?.push(...notifications.map(({ notification }) => notification.payload));
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      warn: (notifications: readonly BatchedNotification[]): void => {
        heard['warn']?.push(...notifications.map(({ notification }) => notification.payload));
      },
    };
    const options = { size: 3, timeoutMs: 20, allowRequeue: true };
    await using _listener = await serveNotificationBatches(transport, [topic], [endpoint], options);
    await sender.notifier.warn({}, 'counted', 'w');
    await sender.notifier.info({}, 'counted', 'i');
    await until(() => heard['info']?.length === 3 && heard['warn']?.length === 1, {
      withinMs: deadlineMs,
      what: 'all',
    });
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, { withinMs: deadlineMs, what: 'ack' });
    expect(heard).toEqual({ info: ['i', 'i', 'i'], warn: ['w'] });
  });

  test('a batch that was not full when its listener stopped is there for the next', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    for (const n of [1, 2]) await sender.notifier.info({}, 'kept', n);
    await using transport = await connect(bus.url);
    const never = { info: () => expect.fail('the batch is not full') };
    const listener = await serveNotificationBatches(transport, [topic], [never], { size: 10 });
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, {
      withinMs: deadlineMs,
      what: 'both',
    });
    await listener.close();
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 2, {
      withinMs: deadlineMs,
      what: 'both',
    });
  });

  test('waiting ends when its signal says so, or when, after stop, the batch that was handled has ended', async () => {
    await using bus = await freshBus(broker);
    await using sender = await notifierOn(bus);
    await sender.notifier.info({}, 'slow', 1);
    await using transport = await connect(bus.url);
    const [started, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = {
      info: async () => {
        started.resolve();
        await released.promise;
      },
    };
    await using listener = await serveNotificationBatches(transport, [topic], [slow], { size: 1 });
    await started.promise;
    await expect(listener.wait({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const ended = listener.wait();
    released.resolve();
    await until(async () => (await queueDepth(bus, 'notifications.info')) === 0, { withinMs: deadlineMs, what: 'ack' });
    expect(await Promise.race([ended.then(() => 'ended'), turn('waits')])).toBe('waits');
    await listener.stop();
    await ended;
  });
});
