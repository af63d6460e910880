import type { Bus } from '@novasim/testkit';
import { type Channel, type ConsumeMessage, connect, type Options } from 'amqplib';
import { decodeMessage, encodeMessage } from '../src/envelope.ts';
import { deadlineMs } from './probe.ts';

/** Whoever speaks AMQP: sends what no client of ours would send, and reads what it gets. */
export interface RawPeer extends AsyncDisposable {
  readonly channel: Channel;
  /** False when it should wait for the channel's `drain`. */
  publish(
    exchange: string,
    routingKey: string,
    body: Buffer | Record<string, unknown>,
    options?: Options.Publish,
  ): boolean;
  /** Declares a reply queue of that name and returns what reads its next message. */
  replies(queue: string): Promise<() => Promise<Record<string, unknown>>>;
}

/** Connects a raw peer to `bus`. */
export async function rawPeerOn(bus: Bus): Promise<RawPeer> {
  const connection = await connect(bus.url);
  connection.on('error', () => {}); // a test may close it
  const channel = await connection.createChannel();
  return {
    channel,
    publish(exchange, routingKey, body, options) {
      const content = Buffer.isBuffer(body) ? body : encodeMessage(body);
      return channel.publish(exchange, routingKey, content, { contentType: 'application/json', ...options });
    },
    async replies(queue) {
      const arrived: ConsumeMessage[] = [];
      let wake = (): void => {};
      await channel.assertQueue(queue, { durable: false, expires: 60_000 });
      await channel.consume(queue, (message) => {
        if (message !== null) arrived.push(message);
        wake();
      });
      return async () => {
        const tooLate = AbortSignal.timeout(deadlineMs);
        for (;;) {
          const message = arrived.shift();
          if (message !== undefined) return decodeMessage(message.content, {});
          await new Promise<void>((resolve, reject) => {
            wake = resolve;
            tooLate.addEventListener('abort', () => reject(new Error(`no message in ${queue}`)), { once: true });
          });
        }
      };
    },
    [Symbol.asyncDispose]: () => connection.close().catch(() => {}),
  };
}
