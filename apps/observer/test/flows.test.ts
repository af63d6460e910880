import { isDeepStrictEqual } from 'node:util';
import { connect, RpcClient, serve } from '@novasim/rpc';
import { type Bus, brokersUnderTest, freshBus } from '@novasim/testkit';
import type { Flow } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { observe, shown } from './observer-under-test.ts';

interface Greeter {
  greet(context: object, args: { name: string }): Promise<string>;
  refuse(context: object, args: object): Promise<void>;
  dally(context: object, args: object): Promise<void>;
}

describe.each(await brokersUnderTest())('an observer on $name', (broker) => {
  test('a call and its reply are drawn between who sent and who served, over HTTP and as an event', async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    await using scene = await greeterOn(bus);
    using events = await observer.events();

    expect(await scene.client.call({ request_id: 'req-1' }, 'greet', { name: 'you' })).toBe('hello you');

    const flow = await observer.flow('req-1', (it) => it.hops[1]?.outcome === 'delivered' && isNamed(it));
    expect(flow.hops.map(shown)).toEqual(['caller call greeter greet: answered', 'greeter reply caller : delivered']);
    expect(flow.hops[0]).toMatchObject({
      exchange: 'test',
      routing_key: 'greeter',
      queues: ['greeter'],
      id: flow.hops[1]?.pair_id,
    });
    const told = await events.seen(
      ({ type, data }) => type === 'flow' && isDeepStrictEqual(data['services'], flow.services),
    );
    expect(told.data).toMatchObject({ request_id: 'req-1', hop_count: 2, outcome: 'done' });

    const { body, message } = await observer.get<{ body: string; message: object }>(
      `/api/messages/${flow.hops[0]?.id}`,
    );
    expect(message).toMatchObject({ method: 'greet', args: { name: 'you' } });
    expect(body).toContain('oslo.message');
  });

  test('a failure, a cast and a fanout are told apart', async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    await using scene = await greeterOn(bus);

    await expect(scene.client.call({ request_id: 'req-f' }, 'refuse', {})).rejects.toThrow('not you');
    await scene.client.cast({ request_id: 'req-c' }, 'dally', {});
    await scene.client.prepare({ fanout: true }).cast({ request_id: 'req-o' }, 'dally', {});

    const failed = await observer.flow('req-f', (it) => it.outcome === 'failed' && isNamed(it));
    expect(failed.hops.map(shown)[0]).toBe('caller call greeter refuse: failed');
    expect(failed.hops[1]?.error).toContain('not you');
    const cast = await observer.flow('req-c', (it) => it.hops[0]?.outcome === 'delivered' && isNamed(it));
    expect(cast.hops.map(shown)).toEqual(['caller cast greeter dally: delivered']);
    // A copy goes by its receiver's program until the broker has told which queues that consumes.
    const fanout = await observer.flow('req-o', (it) => it.hops[0]?.copies?.[0]?.lane === 'greeter' && isNamed(it));
    expect(fanout.hops.map(shown)).toEqual(['caller fanout greeter_fanout dally: delivered']);
    expect(fanout.hops[0]?.copies?.map(({ lane }) => lane)).toEqual(['greeter']);
  });

  test('a call that nobody answers waits in its queue, and why is said', async () => {
    await using bus = await freshBus(broker);
    await using observer = await observe(bus);
    await using scene = await greeterOn(bus);

    const lonely = scene.client.prepare({ server: 'h2', timeoutMs: 300 });
    await expect(lonely.call({ request_id: 'req-t' }, 'greet', { name: 'x' })).rejects.toThrow('300 ms');

    // What is seen trails behind what happens: its clock begins with the first look at the message.
    const flow = await observer.flow('req-t', ({ hops }) => hops[0]?.outcome === 'timed out');
    expect(flow.hops[0]).toMatchObject({ kind: 'call', routing_key: 'greeter.h2', queues: [], outcome: 'timed out' });
    expect(flow.hops[0]?.why).toContain('greeter.h2');
  });

  test.runIf(broker.kind !== 'embedded')(
    'what a virtual host says of itself outlives the switch of its firehose',
    async () => {
      await using bus = await freshBus(broker);
      const { origin, username, password } = new URL(bus.managementUrl);
      const ask = async (body?: object) => {
        const response = await fetch(`${origin}/api/vhosts/${encodeURIComponent(bus.vhost)}`, {
          headers: { authorization: `Basic ${btoa(`${username}:${password}`)}`, 'content-type': 'application/json' },
          ...(body !== undefined && { method: 'PUT', body: JSON.stringify(body) }),
        });
        return (await response.text()) || '{}';
      };
      await ask({ description: 'of the region', tags: 'production,red' });

      const said = { description: 'of the region', tags: ['production', 'red'] };
      {
        await using _observer = await observe(bus);
        expect(JSON.parse(await ask())).toMatchObject({ tracing: true, ...said });
      }
      expect(JSON.parse(await ask())).toMatchObject({ tracing: false, ...said });
    },
  );

  test('the firehose is on while it listens, and then as it was', async () => {
    await using bus = await freshBus(broker);
    const isTracing = async () => {
      const { origin, username, password } = new URL(bus.managementUrl);
      const response = await fetch(`${origin}/api/vhosts/${encodeURIComponent(bus.vhost)}`, {
        headers: { authorization: `Basic ${btoa(`${username}:${password}`)}` },
      });
      return ((await response.json()) as { tracing: boolean }).tracing;
    };
    {
      await using observer = await observe(bus);
      expect([await isTracing(), (await observer.status()).tracing]).toEqual([true, { state: 'on', was_on: false }]);
    }
    expect(await isTracing()).toBe(false);

    await bus.trace(true);
    {
      await using observer = await observe(bus);
      expect((await observer.status()).tracing).toEqual({ state: 'on', was_on: true });
    }
    expect(await isTracing()).toBe(true);
  });
});

/** The broker has told whose connections they are. */
function isNamed({ lanes }: Flow): boolean {
  return lanes.every(({ id }) => id !== '?');
}

/** A server `h1` of the topic `greeter`, and who calls it. */
async function greeterOn(bus: Bus) {
  await using opened = new AsyncDisposableStack();
  const options = { controlExchange: 'test', options: { amqp_durable_queues: true }, durableTransient: true };
  const server = opened.use(await connect(bus.url, { ...options, name: 'server' }));
  const greeter: Greeter = {
    greet: async (_context, { name }) => `hello ${name}`,
    refuse: async () => {
      throw new Error('not you');
    },
    dally: async () => {},
  };
  opened.use(await serve(server, { topic: 'greeter', server: 'h1' }, [greeter]));
  const caller = opened.use(await connect(bus.url, { ...options, name: 'caller' }));
  const closing = opened.move();
  return {
    client: new RpcClient<Greeter>(caller, { topic: 'greeter' }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
