import { type BrokerUnderTest, type Bus, freshBus } from '@novasim/testkit';
import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  connect,
  type Options,
} from 'amqplib';

/** What the broker said when it ended a channel or a connection. */
export interface Refusal {
  readonly scope: 'channel' | 'connection';
  readonly code: number;
  readonly text: string;
}

/** A connection on a bus of its own, and what happens to it. */
export class Client implements AsyncDisposable {
  readonly connection: ChannelModel;
  readonly #refused: PromiseWithResolvers<Refusal> = Promise.withResolvers();

  constructor(connection: ChannelModel) {
    this.connection = connection;
    connection.on('error', (error) => this.#refused.resolve(readRefusal('connection', error)));
    // An operator's intervention is no error to amqplib.
    connection.on('close', (error) => {
      if (error !== undefined) this.#refused.resolve(readRefusal('connection', error));
    });
  }

  /** The first refusal on this connection or any of its channels. */
  get refused(): Promise<Refusal> {
    return this.#refused.promise;
  }

  async channel(): Promise<Channel> {
    return this.#watch(await this.connection.createChannel());
  }

  async confirmChannel(): Promise<ConfirmChannel> {
    return this.#watch(await this.connection.createConfirmChannel());
  }

  #watch<T extends Channel>(channel: T): T {
    channel.on('error', (error: Error) => this.#refused.resolve(readRefusal('channel', error)));
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may be closed already; that is what some tests are about.
    await this.connection.close().catch(() => {});
  }
}

function readRefusal(scope: Refusal['scope'], error: Error & { code?: unknown }): Refusal {
  return { scope, code: Number(error.code), text: /with message "(.*)"$/s.exec(error.message)?.[1] ?? error.message };
}

export async function clientOn(url: string, name = 'contract'): Promise<Client> {
  // Else the kernel holds small writes back for 40 ms, which is most of what a test would wait for.
  return new Client(await connect(url, { noDelay: true, clientProperties: { connection_name: name } }));
}

/** A bus, a client on it and a channel: what most tests begin with. */
export interface Scene extends AsyncDisposable {
  readonly bus: Bus;
  readonly client: Client;
  readonly channel: Channel;
}

export async function sceneOn(broker: BrokerUnderTest): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await freshBus(broker));
  const client = opened.use(await clientOn(bus.url));
  const channel = await client.channel();
  const all = opened.move();
  return { bus, client, channel, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const patienceMs = 10_000;

/** What one consumer received. */
export class Inbox {
  readonly messages: ConsumeMessage[] = [];
  readonly #cancelled = Promise.withResolvers<void>();
  #look: (() => void) | undefined;
  consumerTag = '';

  take(message: ConsumeMessage | null): void {
    if (message === null) this.#cancelled.resolve();
    else this.messages.push(message);
    this.#look?.();
  }

  /** The broker ended the consumer. */
  get cancelled(): Promise<void> {
    return this.#cancelled.promise;
  }

  get texts(): readonly string[] {
    return this.messages.map(({ content }) => content.toString());
  }

  /** Waits for the first `count` messages. @throws with those that came */
  async seen(count: number): Promise<readonly ConsumeMessage[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${this.messages.length} of ${count} messages: ${this.texts.join(', ')}`)),
          patienceMs,
        );
        this.#look = () => {
          if (this.messages.length < count) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.messages.slice(0, count);
  }
}

export async function consume(channel: Channel, queue: string, options: Options.Consume = {}): Promise<Inbox> {
  const inbox = new Inbox();
  const { consumerTag } = await channel.consume(queue, (message) => inbox.take(message), options);
  inbox.consumerTag = consumerTag;
  return inbox;
}

/** Everything sent on the channel so far has been dealt with when this resolves. */
export async function settled(channel: Channel): Promise<void> {
  await channel.checkExchange('amq.direct');
}

/** Takes all that waits in a queue, oldest first. */
export async function drain(channel: Channel, queue: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (;;) {
    const message = await channel.get(queue, { noAck: true });
    if (message === false) return texts;
    texts.push(message.content.toString());
  }
}

export function sendAll(channel: Channel, queue: string, texts: readonly string[]): void {
  for (const text of texts) channel.sendToQueue(queue, Buffer.from(text));
}

/** RabbitMQ up to 3.13; the embedded broker follows 4.0 where the two differ. */
export function isRabbitmq3({ version }: BrokerUnderTest): boolean {
  return version?.startsWith('3.') === true;
}
