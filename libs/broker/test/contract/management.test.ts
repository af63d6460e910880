import { type Bus, brokersUnderTest, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { sceneOn } from './clients.ts';

describe.each(await brokersUnderTest())('the management API of $name', (broker) => {
  test('lists what is declared, with depths, and who consumes and is connected', async () => {
    await using scene = await sceneOn(broker);
    const { channel, bus } = scene;
    const ask = asking(bus);
    const vhost = encodeURIComponent(bus.vhost);
    await channel.assertExchange('nova', 'topic', { durable: false });
    await channel.assertQueue('idle', { durable: true });
    await channel.assertQueue('busy', { durable: true });
    await channel.bindQueue('busy', 'nova', 'compute.h1');
    await channel.consume('busy', () => {});
    channel.sendToQueue('idle', Buffer.from('waits'));
    channel.sendToQueue('busy', Buffer.from('is held'));

    const depths = `/queues/${vhost}?disable_stats=true&enable_queue_totals=true&columns=name,messages_ready,messages_unacknowledged`;
    // Each queue takes its message in its own time.
    const both = await until(async () => {
      const { body } = await ask('GET', depths);
      const all = JSON.stringify(body);
      return all.includes('"messages_unacknowledged":1') && all.includes('"messages_ready":1') && body;
    });
    expect(both).toEqual([
      { name: 'busy', messages_ready: 0, messages_unacknowledged: 1 },
      { name: 'idle', messages_ready: 1, messages_unacknowledged: 0 },
    ]);
    expect((await ask('GET', `/exchanges/${vhost}?columns=name,type`)).body).toEqual(
      expect.arrayContaining([
        { name: 'nova', type: 'topic' },
        { name: '', type: 'direct' },
        { name: 'amq.rabbitmq.trace', type: 'topic' },
      ]),
    );
    expect((await ask('GET', `/bindings/${vhost}`)).body).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          source: 'nova',
          destination: 'busy',
          destination_type: 'queue',
          routing_key: 'compute.h1',
          vhost: bus.vhost,
        }),
        expect.objectContaining({ source: '', destination: 'idle', routing_key: 'idle' }),
      ]),
    );

    // RabbitMQ's lists of the living trail behind by a second or two, and a consumer is listed before its channel.
    const consumer = await until(async () => {
      const [listed] = (await ask('GET', `/consumers/${vhost}`)).body as readonly Consumer[];
      return listed?.channel_details.connection_name !== undefined && listed;
    }, PATIENTLY);
    const connection = await until(async () => (await connectionsOf(bus))[0], PATIENTLY);
    expect(consumer).toMatchObject({
      queue: { name: 'busy', vhost: bus.vhost },
      channel_details: { connection_name: connection.name },
    });
    expect(connection).toMatchObject({ user: 'guest', client_properties: { connection_name: expect.any(String) } });
  });

  test('turns the firehose on and off', async () => {
    await using scene = await sceneOn(broker);
    const ask = asking(scene.bus);
    const path = `/vhosts/${encodeURIComponent(scene.bus.vhost)}`;
    const isTracing = async () => (await ask('GET', `${path}?columns=name,tracing`)).body;

    expect(await isTracing()).toEqual({ name: scene.bus.vhost, tracing: false });
    expect((await ask('PUT', path, { tracing: true })).status).toBe(204);
    expect(await isTracing()).toEqual({ name: scene.bus.vhost, tracing: true });
    expect((await ask('PUT', path, { tracing: false })).status).toBe(204);
    expect(await isTracing()).toEqual({ name: scene.bus.vhost, tracing: false });
  });

  test('ends a connection by its name', async () => {
    await using scene = await sceneOn(broker);
    const { name } = await until(async () => (await connectionsOf(scene.bus))[0], PATIENTLY);

    expect((await asking(scene.bus)('DELETE', `/connections/${encodeURIComponent(name)}`)).status).toBe(204);

    expect(await scene.client.refused).toMatchObject({ scope: 'connection', code: 320 });
  });

  test('refuses a wrong password, and knows no virtual host that there is not', async () => {
    await using scene = await sceneOn(broker);
    const { bus } = scene;

    expect((await asking(bus, 'guest:wrong')('GET', '/overview')).status).toBe(401);
    expect(await asking(bus)('GET', '/vhosts/never-made')).toEqual({
      status: 404,
      body: { error: 'Object Not Found', reason: 'Not Found' },
    });
    expect((await asking(bus)('GET', '/overview')).body).toMatchObject({ rabbitmq_version: expect.any(String) });
  });
});

const PATIENTLY = { withinMs: 15_000, everyMs: 100, what: 'an entry in the list' };

interface Consumer {
  readonly queue: object;
  readonly channel_details: { readonly connection_name?: string };
}

async function connectionsOf(bus: Bus): Promise<readonly { readonly name: string }[]> {
  const { body } = await asking(bus)('GET', `/vhosts/${encodeURIComponent(bus.vhost)}/connections`);
  return body as readonly { readonly name: string }[];
}

/** Asks the management API of a bus as a program would. */
function asking(bus: Bus, credentials = 'guest:guest') {
  const { host } = new URL(bus.managementUrl);
  return async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://${host}/api${path}`, {
      method,
      headers: { authorization: `Basic ${btoa(credentials)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
}
