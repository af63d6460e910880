import { connect, RpcClient, serve } from '@novasim/rpc';
import { freshBus } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { createLogger, createMetrics, joinBus, requestContext } from '../src/index.ts';

test('a call over a real bus is a line at each end with the same ids, and a measurement', async () => {
  await using bus = await freshBus();
  const lines: Record<string, unknown>[] = [];
  const logger = (service: string) =>
    createLogger({
      service,
      host: 'h',
      format: 'json',
      destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    });
  const config = { transportUrl: bus.url, rpcResponseTimeoutMs: 5_000 };
  const { signal } = new AbortController();
  await using sender = await joinBus('nova-sender', { config, log: logger('sender'), signal });
  await using receiver = await joinBus('nova-receiver', { config, log: logger('receiver'), signal });
  using metrics = createMetrics({ service: 'sender', host: 'h', process: false });
  using _ = metrics.observe(sender);
  const endpoint = { show: (_ctx: unknown, { instance_uuid }: { instance_uuid: string }) => instance_uuid };
  await using __ = await serve(receiver, { topic: 'probe', server: 'one' }, [endpoint]);

  const client = new RpcClient<typeof endpoint>(sender, { topic: 'probe', server: 'one' });
  const ctx = requestContext({ auth_token: 'hunter2' });
  await client.call(ctx, 'show', { instance_uuid: 'u-1' });

  await expect.poll(() => lines.filter((line) => line['request_id'] === ctx.request_id).length).toBe(2);
  const hop = {
    request_id: ctx.request_id,
    msg_id: expect.any(String),
    kind: 'call',
    exchange: 'nova',
    routing_key: 'probe.one',
    topic: 'probe',
    method: 'show',
    instance_uuid: 'u-1',
  };
  const [sent, handled] = lines.filter((line) => line['request_id'] === ctx.request_id);
  expect(sent).toMatchObject({ ...hop, service: 'sender', msg: 'sent' });
  expect(handled).toMatchObject({
    ...hop,
    service: 'receiver',
    msg: 'handled',
    ms: expect.any(Number),
    msg_id: sent?.['msg_id'],
  });
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(await metrics.text()).toMatch(/novasim_rpc_called_seconds_count\{[^}]*method="show",outcome="ok"[^}]*\} 1/);
});

test('a transport of somebody else is logged by nobody', async () => {
  await using bus = await freshBus();
  const lines: string[] = [];
  const log = createLogger({
    service: 'own',
    host: 'h',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const { signal } = new AbortController();
  await using _ = await joinBus('nova-own', {
    config: { transportUrl: bus.url, rpcResponseTimeoutMs: 5_000 },
    log,
    signal,
  });
  await using other = await connect(bus.url, { controlExchange: 'nova' });
  await new RpcClient<{ hello(ctx: unknown, args: object): void }>(other, { topic: 'nobody' }).cast({}, 'hello', {});
  expect(lines.filter((line) => line.includes('hello'))).toEqual([]);
});
