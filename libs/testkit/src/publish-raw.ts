import { connect } from 'amqplib';
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
export async function publishRaw(bus: Bus, messages: readonly RawMessage[]): Promise<void> {
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
