import { type ConsumeMessage, connect } from 'amqplib';
import type { Bus } from './fresh-bus.ts';

/** One publish or delivery, as the broker's trace exchange told it. */
export interface FirehoseRecord {
  readonly kind: 'publish' | 'deliver';
  /** The exchange that the message was published to. */
  readonly exchange: string;
  readonly routing_key: string;
  /** Of a delivery: the queue it came from. */
  readonly queue: string | undefined;
  /** Of a publish: where it went. */
  readonly routed_queues: readonly string[] | undefined;
  readonly redelivered: boolean | undefined;
  /** The message's properties by their names on the wire, but for its headers. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The message's own headers. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** The connection that published or received it, by the broker's name for it. */
  readonly connection: string;
  readonly channel: number;
  readonly user: string;
  readonly vhost: string;
  readonly node: string;
  /** When it was heard of here, in milliseconds since 1970. */
  readonly at: number;
}

export interface SeenOptions {
  /** Milliseconds before giving up. Default 5000. */
  readonly withinMs?: number;
}

/** Everything that travels on a bus, from the moment it was tapped. */
export interface Firehose extends AsyncDisposable {
  /** In the order of the broker's telling; grows. */
  readonly records: readonly FirehoseRecord[];
  /** Tells of each record as it comes, until disposed: for whoever must act at that moment. */
  subscribe(listener: (record: FirehoseRecord) => void): Disposable;
  /** Waits until `count` records fit and returns all that do. @throws when the deadline passes, with what was seen instead */
  seen(
    fits: (record: FirehoseRecord) => boolean,
    count?: number,
    options?: SeenOptions,
  ): Promise<readonly FirehoseRecord[]>;
}

/** Turns the firehose of `bus` on and listens to it. Disposing of it turns it off again. */
export async function tapFirehose(bus: Bus): Promise<Firehose> {
  await using opened = new AsyncDisposableStack();
  const connection = await connect(bus.url, {
    noDelay: true,
    clientProperties: { connection_name: 'testkit-firehose' },
  });
  // The bus may be dropped first, and a test may kill every connection.
  connection.on('error', () => {});
  opened.defer(() => connection.close().catch(() => {}));
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
  await channel.bindQueue(queue, 'amq.rabbitmq.trace', '#');

  const records: FirehoseRecord[] = [];
  const listeners = new Set<(record: FirehoseRecord) => void>();
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      const record = readRecord(message);
      records.push(record);
      for (const listener of listeners) listener(record);
    },
    { noAck: true },
  );
  await bus.trace(true);
  opened.defer(() => bus.trace(false).catch(() => {}));

  const all = opened.move();
  return {
    records,
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    seen: (fits, count = 1, { withinMs = 5000 } = {}) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const fitting = records.filter(fits);
          if (fitting.length >= count) finish(() => resolve(fitting));
        };
        const timer = setTimeout(() => finish(() => reject(tooFew(records, fits, count, withinMs))), withinMs);
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        listeners.add(look);
        look();
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function tooFew(
  records: readonly FirehoseRecord[],
  fits: (record: FirehoseRecord) => boolean,
  count: number,
  withinMs: number,
): Error {
  const fitting = records.filter(fits).length;
  const heard = records.map((record) => `${record.kind} ${record.exchange || '(default)'} ${record.routing_key}`);
  return new Error(`${fitting} of ${count} messages within ${withinMs} ms; heard: ${heard.join(', ') || 'nothing'}`);
}

/** Reads one message of the trace exchange. RabbitMQ's form is described at https://www.rabbitmq.com/docs/firehose. */
function readRecord({ fields, properties: { headers = {} }, content }: ConsumeMessage): FirehoseRecord {
  const isPublish = fields.routingKey.startsWith('publish.');
  const { headers: own = {}, ...properties } = (headers['properties'] ?? {}) as Record<string, unknown>;
  const keys = (headers['routing_keys'] ?? []) as readonly string[];
  return {
    kind: isPublish ? 'publish' : 'deliver',
    exchange: String(headers['exchange_name']),
    routing_key: keys[0] ?? '',
    queue: isPublish ? undefined : fields.routingKey.slice('deliver.'.length),
    routed_queues: isPublish ? ((headers['routed_queues'] ?? []) as readonly string[]) : undefined,
    redelivered: isPublish ? undefined : headers['redelivered'] === 1,
    properties,
    headers: own as Record<string, unknown>,
    body: content,
    connection: String(headers['connection']),
    channel: Number(headers['channel']),
    user: String(headers['user']),
    vhost: String(headers['vhost']),
    node: String(headers['node']),
    at: Date.now(),
  };
}
