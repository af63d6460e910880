import { brokersUnderTest, freshBus, publishRaw, until } from '@novasim/testkit';
import type { LogLine } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { castOf } from './cast.ts';
import { observe } from './observer-under-test.ts';

interface Log {
  readonly lines: readonly LogLine[];
}

/** A bundle of lines as a service says it. */
function bundleOf(lines: readonly unknown[], event_type = 'log.lines') {
  const body = JSON.stringify({ event_type, publisher_id: 'api.h', priority: 'INFO', payload: { lines } });
  return { exchange: 'amq.topic', routingKey: 'log_lines.info', body };
}

function lineOf(requestId: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const time = '2026-11-20T12:00:00.000Z';
  return JSON.stringify({ level: 'info', time, service: 'api', host: 'h', request_id: requestId, ...fields });
}

describe.each(await brokersUnderTest())('the log of a request, on $name', (broker) => {
  test('is what services said of it, in words, in the order of time; and is no message', async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    using reader = await observer.events();
    const about = { kind: 'cast', method: 'reboot_instance', exchange: 'nova', routing_key: 'compute.h1' };
    const err = { type: 'Error', message: 'boom', stack: 'Error: boom\n    at here' };
    await publishRaw(bus, [
      bundleOf([lineOf('req-1', { time: '2026-11-20T12:00:01.000Z', level: 'warn', msg: 'failed', err })]),
      bundleOf([lineOf('req-1', { ...about, msg: 'sent', password: 'hunter2' }), lineOf('req-2', { msg: 'other' })]),
      castOf('req-1'),
    ]);
    await reader.seen(({ type, data }) => type === 'log' && data['request_id'] === 'req-2');
    await observer.flow('req-1');

    const { lines } = await observer.get<Log>('/api/flows/req-1/log');
    expect(lines).toEqual([
      {
        ...about,
        at_ms: Date.UTC(2026, 10, 20, 12),
        level: 'info',
        service: 'api',
        host: 'h',
        says: 'sent cast reboot_instance nova/compute.h1 password=***',
      },
      {
        at_ms: Date.UTC(2026, 10, 20, 12, 0, 1),
        level: 'warn',
        service: 'api',
        host: 'h',
        says: 'failed',
        stack: 'Error: boom\n    at here',
      },
    ]);
    const { flows } = await observer.get<{ flows: readonly { request_id: string }[] }>('/api/flows');
    expect(flows.map(({ request_id }) => request_id)).toEqual(['req-1']);
    expect(await observer.get<Log>('/api/flows/nobody/log')).toEqual({ lines: [] });
  });
});

test('what is no line is left out, and what comes after it is heard', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus);
  await publishRaw(bus, [
    { ...bundleOf([]), body: '{' },
    bundleOf([1, null, 'x', '{}', '[]', lineOf('req-1', { time: 'soon' }), lineOf('req-1', { msg: 'whole' })]),
  ]);
  const { lines } = await until(async () => {
    const log = await observer.get<Log>('/api/flows/req-1/log');
    return log.lines.length > 0 && log;
  });
  expect(lines.map(({ says }) => says)).toEqual(['whole']);
});

test('the log has its share of memory: the request that was silent longest is forgotten first', async () => {
  await using bus = await freshBus();
  await using observer = await observe(bus, { OBSERVER_BUDGET_MB: '1' });
  const long = 'x'.repeat(10_000);
  const requests = Array.from({ length: 20 }, (_, n) => `req-${n}`);
  await publishRaw(
    bus,
    requests.map((id) => bundleOf([lineOf(id, { msg: long })])),
  );
  const of = async (id: string) => (await observer.get<Log>(`/api/flows/${id}/log`)).lines.length;
  await until(async () => (await of('req-19')) === 1);

  expect([await of('req-0'), await of('req-18')]).toEqual([0, 1]);
});
