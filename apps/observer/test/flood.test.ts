import { connect, RpcClient, serve } from '@novasim/rpc';
import { brokersUnderTest, freshBus, publishRaw, until } from '@novasim/testkit';
import type { Flow } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import type { StatusView } from '../src/status-view.ts';
import { castOf } from './cast.ts';
import { startProgramOn } from './observer-program.ts';

const PER_SECOND = 10_000;
const SECONDS = 3;
const FLOOD = PER_SECOND * SECONDS;

interface Greeter {
  greet(context: object, args: { name: string }): Promise<string>;
}

describe.each(await brokersUnderTest())('an observer on $name', (broker) => {
  test.for([
    ['', false],
    [', while it is held up', true],
  ] as const)(
    `a flood of ${PER_SECOND} messages a second%s: each is seen or missed and said so, and the next call is right`,
    { timeout: 120_000 },
    async ([, isHeldUp]) => {
      await using bus = await freshBus(broker);
      await using observer = await startProgramOn(bus);
      const get = async <T>(path: string) => (await (await fetch(observer.url + path)).json()) as T; // the caller knows
      const status = () => get<StatusView>('/api/status');

      if (isHeldUp) observer.kill('SIGSTOP');
      const beganMs = performance.now();
      for (let second = 0; second < SECONDS; second++) {
        await publishRaw(
          bus,
          Array.from({ length: PER_SECOND }, (_, n) => castOf(`req-${second * PER_SECOND + n}`)),
        );
        await until(() => performance.now() - beganMs > second * 1_000, { withinMs: 2_000 }); // by the clock
      }
      if (isHeldUp) observer.kill('SIGCONT');

      const { gaps } = await until(
        async () => {
          const now = await status();
          return now.memory.seen_messages + missedIn(now) === FLOOD && now;
        },
        { withinMs: 60_000, everyMs: 100, what: 'the end of the flood' },
      );
      if (isHeldUp) expect(gaps[0]?.why).toMatch(/^\d+ messages were not read: they came faster/);

      const options = { controlExchange: 'test', options: { amqp_durable_queues: true }, durableTransient: true };
      await using transport = await connect(bus.url, { ...options, name: 'caller' });
      const greeter: Greeter = { greet: async (_context, { name }) => `hello ${name}` };
      await using _server = await serve(transport, { topic: 'greeter', server: 'h1' }, [greeter]);
      const client = new RpcClient<Greeter>(transport, { topic: 'greeter' });
      expect(await client.call({ request_id: 'req-next' }, 'greet', { name: 'you' })).toBe('hello you');
      const { hops } = await until(
        async () => {
          const flow = await get<Flow>('/api/flows/req-next');
          return flow.hops?.at(-1)?.outcome === 'delivered' && flow; // of the reply, which is told last
        },
        { withinMs: 10_000, everyMs: 50, what: 'the call' },
      );
      expect(hops).toMatchObject([
        { kind: 'call', method: 'greet', outcome: 'answered', queues: ['greeter'] },
        { kind: 'reply', outcome: 'delivered' },
      ]);
    },
  );
});

/** Messages that it says it has missed. */
function missedIn({ gaps }: StatusView): number {
  return gaps.reduce((sum, { why }) => sum + Number.parseInt(why, 10), 0);
}
