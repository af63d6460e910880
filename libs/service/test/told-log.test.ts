import { hostName } from '@novasim/cloud';
import { type Bus, brokersUnderTest, freshBus, tapFirehose, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { createLogger, joinBus } from '../src/index.ts';

/** A service's log and its way to the bus. */
async function logOn(bus: Bus, tellsLog = true) {
  const stopping = new AbortController();
  const log = createLogger({ service: 'probe', host: 'h1', format: 'pretty', destination: { write: () => {} } });
  const config = { transportUrl: bus.url, rpcResponseTimeoutMs: 5_000, host: hostName('h1'), tellsLog };
  const transport = await joinBus('nova-probe', { config, log, signal: stopping.signal });
  return { log, stopping, transport, [Symbol.asyncDispose]: () => transport.close() };
}

/** The bundles of lines that a bus has carried. */
async function tapLines(bus: Bus) {
  const firehose = await tapFirehose(bus);
  const bundles = () =>
    firehose.records
      .filter(({ kind, routing_key }) => kind === 'publish' && routing_key === 'log_lines.info')
      .map(({ body }) => JSON.parse(body.toString()) as { payload: { lines: string[] }; publisher_id: string });
  const lines = () => bundles().flatMap(({ payload }) => payload.lines.map((json) => JSON.parse(json)));
  return { firehose, bundles, lines, [Symbol.asyncDispose]: () => firehose[Symbol.asyncDispose]() };
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('what is logged of a request is said on the bus, in bundles, without secrets and without a queue', async () => {
    await using bus = await freshBus(broker);
    await using tap = await tapLines(bus);
    await using service = await logOn(bus);
    service.log.info('of no request');
    for (let n = 0; n < 10; n += 1) service.log.info({ request_id: 'req-1', n, auth_token: 'hunter2' }, 'done');
    await until(() => tap.lines().length === 10);

    expect(tap.bundles()).toMatchObject([{ publisher_id: 'probe.h1', event_type: 'log.lines' }]);
    expect(tap.lines().map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(tap.lines()[0]).toMatchObject({ service: 'probe', level: 'info', msg: 'done', request_id: 'req-1' });
    expect(tap.firehose.records.map(({ body }) => body.toString()).join()).not.toContain('hunter2');
    expect((await bus.topology()).queues.filter(({ name }) => name.startsWith('log_lines'))).toEqual([]);
  });

  test('many lines go in several bundles that can each be read whole', async () => {
    await using bus = await freshBus(broker);
    await using tap = await tapLines(bus);
    await using service = await logOn(bus);
    for (let n = 0; n < 100; n += 1) service.log.info({ request_id: 'req-1', text: 'x'.repeat(1_000) }, 'long');
    await until(() => tap.lines().length === 100);

    const sizes = tap.bundles().map((bundle) => JSON.stringify(bundle).length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(65_536);
  });

  test('what a service logs while it stops is said before the bus is left', async () => {
    await using bus = await freshBus(broker);
    await using tap = await tapLines(bus);
    const service = await logOn(bus);
    service.log.info({ request_id: 'req-1' }, 'before');
    service.stopping.abort();
    service.log.info({ request_id: 'req-1' }, 'after');
    await until(() => tap.lines().length === 2);
    await service.transport.close();

    expect(tap.lines().map(({ msg }) => msg)).toEqual(['before', 'after']);
  });

  test('switched off, nothing is said', async () => {
    await using bus = await freshBus(broker);
    await using tap = await tapLines(bus);
    await using silent = await logOn(bus, false);
    await using other = await logOn(bus);
    silent.log.info({ request_id: 'req-1' }, 'silent');
    other.log.info({ request_id: 'req-2' }, 'said');
    await until(() => tap.lines().length > 0);

    expect(tap.lines().map(({ request_id }) => request_id)).toEqual(['req-2']);
  });
});
