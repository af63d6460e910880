import { type Channel, connect } from 'amqplib';
import type { Bus } from './fresh-bus.ts';

export interface RawMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: string | Buffer;
  /** Default `application/json`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Publishes messages as they are, as a peer would that knows nothing of us; resolves when the broker has them all. */
export async function publishRaw(bus: Pick<Bus, 'url'>, messages: readonly RawMessage[]): Promise<void> {
  const connection = await connect(bus.url, { clientProperties: { connection_name: 'testkit-raw' } });
  try {
    const channel = await connection.createConfirmChannel();
    for (const { exchange, routingKey, body, contentType = 'application/json', headers = {} } of messages) {
      channel.publish(exchange, routingKey, Buffer.from(body), { contentType, headers });
    }
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
}

/** How many messages wait in a queue. */
export async function queueDepth(bus: Bus, queue: string): Promise<number> {
  return withChannel(bus, async (channel) => (await channel.checkQueue(queue)).messageCount);
}

/** Takes all waiting messages out of a queue, for good: how a test loses one. Answers how many there were. */
export async function purgeQueue(bus: Bus, queue: string): Promise<number> {
  return withChannel(bus, async (channel) => (await channel.purgeQueue(queue)).messageCount);
}

async function withChannel<T>(bus: Bus, use: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(bus.url, { clientProperties: { connection_name: 'testkit-raw' } });
  try {
    return await use(await connection.createChannel());
  } finally {
    await connection.close();
  }
}
