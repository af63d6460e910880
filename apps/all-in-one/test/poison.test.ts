import { randomUUID } from 'node:crypto';
import { connect, type RequestContext, RpcClient } from '@novasim/rpc';
import { freshBus, freshDatabase, publishRaw } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';

const envelope = (message: object) =>
  JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });

/** What no service can read or serve, each with an id by which the log can name it. */
const poison = (id: string) => [
  'not json at all',
  '{"oslo.version": "2.0", "oslo.message": "{"}',
  JSON.stringify({ 'oslo.version': '3.0', 'oslo.message': JSON.stringify({ method: 'ping', _unique_id: id }) }),
  envelope({ _unique_id: id }),
  envelope({ method: 7, args: [], _unique_id: id }),
  envelope({ method: 'no_such_method', args: {}, _unique_id: id }),
  envelope({ method: 'constructor', args: {}, _unique_id: id }),
  envelope({ method: 'run_instance', args: { bogus: 1 }, version: '1.0', _unique_id: id }),
  envelope({ method: 'build_and_run_instance', args: { instance: null }, version: '1.0', _unique_id: id }),
  envelope({ method: 'ping', args: {}, version: '99.0', _unique_id: id }),
];

test('poison on every queue of the cloud is logged with its id and stops nobody', async () => {
  await using bus = await freshBus();
  await using database = await freshDatabase('sqlite');
  const printed: string[] = [];
  await using cloud = await startCloud({
    mode: 'single-process',
    transportUrl: bus.url,
    databaseUrl: database.url,
    env: { COMPUTE_HOSTS: 'h1', COMPUTE_SPAWN_MS: '0', LOG_LEVEL: 'warn', LOG_FORMAT: 'json' },
    print: (lines) => printed.push(lines),
  });
  const id = randomUUID().replaceAll('-', '');
  const keys = ['scheduler', 'conductor', 'network', 'compute', 'compute.h1'];
  await publishRaw(
    bus,
    keys.flatMap((routingKey) => poison(`${id}${routingKey}`).map((body) => ({ exchange: 'nova', routingKey, body }))),
  );

  const client = new DemoClient(cloud.api.url);
  const { id: server } = await client.boot();
  expect(await client.settled(server)).toMatchObject({ status: 'ACTIVE' });
  for (const key of keys) expect(printed.join('')).toContain(`"unique_id":"${id}${key}"`);
});

test('a call that cannot be served is answered with the failure at once', async () => {
  await using bus = await freshBus();
  await using database = await freshDatabase('sqlite');
  await using _cloud = await startCloud({
    mode: 'single-process',
    transportUrl: bus.url,
    databaseUrl: database.url,
    env: { COMPUTE_HOSTS: 'h1', LOG_LEVEL: 'silent' },
  });
  await using transport = await connect(bus.url, { controlExchange: 'nova', options: { amqp_durable_queues: true } });
  interface Anything {
    [method: string]: (ctx: RequestContext, args: Record<string, unknown>) => unknown;
  }
  const conductor = new RpcClient<Anything>(transport, { topic: 'conductor', version: '1.0' }, { timeoutMs: 5_000 });

  await expect(conductor.call({}, 'no_such_method', {})).rejects.toThrow(
    'Endpoint does not support RPC method no_such_method',
  );
  await expect(conductor.prepare({ version: '9.0' }).call({}, 'instance_update', {})).rejects.toThrow(
    'Endpoint does not support RPC version 9.0',
  );
  await expect(conductor.call({}, 'instance_destroy', {})).rejects.toThrow('instance_uuid');
  await expect(conductor.call({}, 'instance_destroy', { instance_uuid: 'x', bogus: 1 })).rejects.toThrow('bogus');
  await expect(conductor.call({}, 'instance_update', { instance_uuid: 'x', updates: {} })).rejects.toThrow(
    'Instance x could not be found.',
  );
});
