import { startBroker } from '@novasim/broker';
import { brokersUnderTest, freshBus, publishRaw, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { observe } from './observer-under-test.ts';

describe.each(await brokersUnderTest())('an observer on $name', (broker) => {
  test('comes back when its connection is ended, and says what it missed', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    using events = await observer.events();
    await publishRaw(bus, [castOf('req-before', 1)]);
    await observer.flow('req-before');

    await bus.closeConnections({ name: 'novasim-observer' });

    const gap = await events.seen(({ type }) => type === 'gap');
    expect(gap.data['why']).toContain('the connection to the broker was lost');
    expect(Number(gap.data['until_ms'])).toBeGreaterThanOrEqual(Number(gap.data['at_ms']));
    await publishRaw(bus, [castOf('req-after', 2)]);
    await observer.flow('req-after');
    expect((await observer.status()).gaps).toHaveLength(1);
    expect((await observer.get<{ flows: unknown[] }>('/api/flows')).flows).toHaveLength(2);
  });

  test('turns a firehose on again that somebody turned off, and says since when', { timeout: 60_000 }, async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);

    await bus.trace(false);

    const gap = await until(async () => (await observer.status()).gaps[0], { withinMs: 15_000, what: 'a gap' });
    expect(gap.why).toBe('the firehose had been switched off');
    await publishRaw(bus, [castOf('req-again', 1)]);
    await observer.flow('req-again');
  });

  test('without the right to ask the broker still listens, and says what it may not do', async () => {
    await using bus = await freshBus(broker);
    await bus.trace(true);
    const management = new URL(bus.managementUrl);
    management.password = 'wrong';
    await using observer = await observe(bus, { MANAGEMENT_URL: management.href });

    await publishRaw(bus, [castOf('req-seen', 1)]);
    await observer.flow('req-seen');

    const status = await observer.status();
    expect(status.management.state).toBe('refused');
    expect(status.problems.join(' ')).toContain('The broker does not let us turn its firehose on');
    expect(JSON.stringify(status)).not.toContain('wrong');
  });
});

test('a broker that comes back has forgotten the firehose: it is turned on again', { timeout: 60_000 }, async () => {
  const first = await startBroker({ managementPort: 0 });
  const { port } = first;
  const managementPort = Number(new URL(first.managementUrl ?? '').port);
  const bus = { url: first.url('/'), managementUrl: first.managementUrl ?? '' };
  await using observer = await observe(bus);
  await first.close();
  await until(async () => (await observer.status()).tap.state === 'lost', { what: 'the loss to be seen' });
  const { problems } = await observer.status();
  expect(problems[0]).toContain('The bus is not heard');

  await using _second = await startBroker({ port, managementPort });

  await until(async () => (await observer.status()).gaps.length > 0, {
    withinMs: 20_000,
    what: 'the observer to be back',
  });
  await publishRaw(bus, [castOf('req-after', 1)]);
  await observer.flow('req-after');
});

test('nobody at the management port: it listens to a firehose that is on, and says so', async () => {
  await using broker = await startBroker({ tracing: true });
  const bus = { url: broker.url('/'), managementUrl: 'http://guest:guest@127.0.0.1:1' };
  await using observer = await observe(bus);

  await publishRaw(bus, [castOf('req-1', 1)]);
  await observer.flow('req-1');

  expect((await observer.status()).management).toMatchObject({ state: 'unreachable', url: 'http://127.0.0.1:1' });
});

function castOf(requestId: string, n: number) {
  const message = {
    method: 'reboot_instance',
    args: {},
    version: '1.0',
    _context_request_id: requestId,
    _unique_id: `${n}`.padStart(32, '0'),
  };
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return { exchange: 'amq.topic', routingKey: 'compute.h1', body };
}
