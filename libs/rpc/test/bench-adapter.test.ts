import { brokersUnderTest, freshBus } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { createClient, createServer } from '../bench/adapter.ts';
import { ValueError } from '../src/index.ts';
import { Probe } from './probe.ts';

const probeMethods = (probe: Probe) => ({
  record: (_ctxt: unknown, args: Readonly<Record<string, unknown>>) => probe.record({}, { value: args['value'] }),
});

describe.each(await brokersUnderTest())('the bench adapter on $name', (broker) => {
  test('a handler gets context and arguments, and what it returns or throws is the answer', async () => {
    await using bus = await freshBus(broker);
    const server = await createServer({
      url: bus.url,
      topic: 'bench',
      server: 'a',
      handlers: {
        both: (ctxt, args) => ({ ctxt, args }),
        fail: () => {
          throw new ValueError('boom');
        },
      },
    });
    const client = await createClient({ url: bus.url, topic: 'bench' });
    expect(await client.call('both', { user: 'ada' }, { n: 1 })).toEqual({ ctxt: { user: 'ada' }, args: { n: 1 } });
    expect(await client.call('both')).toEqual({ ctxt: {}, args: {} });
    await expect(client.call('fail')).rejects.toThrow(ValueError);
    await client.close();
    await server.close();
  });

  test('a cast reaches one server, a fanout each, and servers of one process share a connection', async () => {
    await using bus = await freshBus(broker);
    const probes = [new Probe('a'), new Probe('b')];
    const servers = await Promise.all(
      probes.map((probe) =>
        createServer({
          url: bus.url,
          topic: 'bench',
          server: probe.name,
          handlers: probeMethods(probe),
          opts: { name: 'shared-server' },
          fanout: true,
        }),
      ),
    );
    const client = await createClient({ url: bus.url, topic: 'bench', opts: { responseTimeoutMs: 5_000 } });
    await client.cast('record', {}, { value: 'all' }, { fanout: true });
    await Promise.all(probes.map((probe) => probe.seen(1)));
    await client.cast('record', {}, { value: 'b only' }, { server: 'b' });
    await probes[1]?.seen(2);
    expect(probes.map(({ heard }) => heard)).toEqual([['all'], ['all', 'b only']]);

    const serversOwn = async () => [...(await bus.connections()).values()].filter((name) => name.startsWith('shared-'));
    // One to publish, which `connect` opens, and one to consume. RabbitMQ's list trails behind.
    await expect.poll(serversOwn, { timeout: 10_000 }).toHaveLength(2);
    await servers[0]?.close();
    await client.cast('record', {}, { value: 'still' }, { fanout: true });
    await probes[1]?.seen(3);
    await servers[1]?.close();
    await client.close();
    await expect.poll(serversOwn, { timeout: 10_000 }).toHaveLength(0);
  });

  test('driver options are taken by their own names, and a misspelt one is refused', async () => {
    await using bus = await freshBus(broker);
    const server = await createServer({
      url: bus.url,
      topic: 'bench',
      server: 'a',
      handlers: { nothing: () => null },
      opts: { amqp_durable_queues: true },
    });
    expect((await bus.topology()).queues.find(({ name }) => name === 'bench.a')?.durable).toBe(true);
    const misspelt = { amqp_durable_queue: true } as object;
    await expect(createClient({ url: bus.url, topic: 'bench', opts: misspelt })).rejects.toThrow(
      "unknown option 'amqp_durable_queue', did you mean 'amqp_durable_queues'?",
    );
    await server.close();
  });
});
