import type { BrokerUnderTest } from '@novasim/testkit';
import type { Channel } from 'amqplib';
import { sceneOn } from './clients.ts';

/** Something that a broker refuses. */
export type Wrong = (channel: Channel, url: string) => Promise<unknown> | unknown;
/** What is done wrong, the code, and the words; `%v` stands for the name of the virtual host. */
export type Row = readonly [name: string, wrong: Wrong, code: number, text: string];

/** Options of a queue with these arguments. */
export const args = (table: Record<string, unknown>) => ({ durable: false, arguments: table });

/** Declares the queue `q` twice, with flags that do not agree. */
export const twice =
  (first: Record<string, unknown>, second: Record<string, unknown>): Wrong =>
  async (channel) => {
    await channel.assertQueue('q', { ...CLASSIC, ...first });
    await channel.assertQueue('q', { ...CLASSIC, ...second });
  };

const CLASSIC = { durable: false, autoDelete: false };

/** Uses the queue `q` once it is there. */
export const onQueue =
  (use: (channel: Channel) => Promise<unknown>): Wrong =>
  async (channel) => {
    await channel.assertQueue('q');
    await use(channel);
  };

/** How a broker of its own answers, in the scope of channel or connection. */
export async function refusalOf(broker: BrokerUnderTest, wrong: Wrong): Promise<unknown> {
  await using scene = await sceneOn(broker);
  const answer = (async () => wrong(scene.channel, scene.bus.url))();
  // The refusal is what counts; amqplib tells it to the asker too, where there is one.
  answer.catch(() => {});
  const { scope, code, text } = await scene.client.refused;
  await answer.catch(() => {});
  return { scope, code, text: text.replaceAll(scene.bus.vhost, '%v') };
}
