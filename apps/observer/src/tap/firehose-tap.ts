import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { AckBatch } from './ack-batch.ts';
import { type BrokerAddress, dialAny } from './dial.ts';

/** What a tap is told to do with what it hears. */
export interface TapUser {
  /** One message of the trace exchange. */
  heard(message: ConsumeMessage): void;
  /** Messages that were thrown away unread, because they came faster than they are understood. */
  skipped(count: number, sinceMs: number): void;
  /** It listens, on this broker. After a break, `sinceMs` tells from when on nothing was heard. */
  listening(broker: string, sinceMs: number | undefined): Promise<void> | void;
  /** It does not listen, and tries to again. */
  lost(why: string): void;
}

const PREFETCH = 1_000;
const QUEUE_PREFIX = 'novasim-observer.';
/** The broker keeps no more than this for a tap that does not keep up. */
const MOST_WAITING = 50_000;
const MOST_WAITING_BYTES = 256 * 1024 * 1024;
/** From here on what waits is too old to be worth reading: thrown away and counted. */
const TOO_MANY = 10_000;
const LOOK_MS = 250;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export const TAP_NAME = 'novasim-observer';

/** Whether a queue is a tap's own, which is not part of what is looked at. */
export function isTapQueue(name: string): boolean {
  return name.startsWith(QUEUE_PREFIX);
}

/** Listens to the firehose of a broker and comes back by itself, until it is disposed. It declares one queue of its own. */
export class FirehoseTap implements AsyncDisposable {
  readonly #address: BrokerAddress;
  readonly #user: TapUser;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #lostAtMs: number | undefined;

  constructor(address: BrokerAddress, user: TapUser) {
    this.#address = address;
    this.#user = user;
    this.#running = this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const startedMs = performance.now();
      try {
        await this.#listenOnce(signal);
      } catch (error) {
        if (!signal.aborted) this.#user.lost(error instanceof Error ? error.message : String(error));
      }
      if (performance.now() - startedMs > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
      await pause(pauseMs, signal);
    }
  }

  /** Resolves or rejects when the connection is gone. */
  async #listenOnce(signal: AbortSignal): Promise<void> {
    const { model, broker } = await dialAny(this.#address, TAP_NAME, signal);
    const gone = endOf(model);
    try {
      const channel = await model.createChannel();
      channel.on('error', () => {}); // the connection is given up below: `close` tells
      channel.once('close', () => void model.close().catch(() => {}));
      using watch = await this.#consume(channel);
      await this.#user.listening(broker, this.#lostAtMs);
      this.#lostAtMs = undefined;
      void watch; // looks at the queue for as long as the connection stands
      await Promise.race([gone, aborted(signal)]);
    } finally {
      this.#lostAtMs ??= Date.now();
      await model.close().catch(() => {}); // it may be gone already
    }
  }

  async #consume(channel: Channel): Promise<Disposable> {
    const { queue } = await channel.assertQueue(QUEUE_PREFIX + crypto.randomUUID().slice(0, 8), {
      exclusive: true,
      autoDelete: true,
      durable: false,
      arguments: {
        'x-queue-type': 'classic',
        'x-max-length': MOST_WAITING,
        'x-max-length-bytes': MOST_WAITING_BYTES,
        'x-overflow': 'drop-head',
      },
    });
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.#');
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'deliver.#');
    await channel.prefetch(PREFETCH);
    const acks = new AckBatch(channel);
    let heard = 0;
    await channel.consume(queue, (message) => {
      if (message === null) return;
      heard++;
      this.#user.heard(message);
      acks.add(message);
    });
    let seen = 0;
    let isLooking = false;
    const look = async () => {
      isLooking = true;
      await this.#throwAwayIfLate(channel, queue).catch(() => {}); // the connection is gone: said elsewhere
      isLooking = false;
    };
    const timer = setInterval(() => {
      const isBusy = heard - seen > LOOK_MS / 2;
      seen = heard;
      if (isBusy && !isLooking) void look();
    }, LOOK_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  async #throwAwayIfLate(channel: Channel, queue: string): Promise<void> {
    const sinceMs = Date.now();
    const { messageCount } = await channel.checkQueue(queue);
    if (messageCount < TOO_MANY) return;
    const purged = await channel.purgeQueue(queue);
    if (purged.messageCount > 0) this.#user.skipped(purged.messageCount, sinceMs);
  }
}

function endOf(model: ChannelModel): Promise<never> {
  return new Promise((_resolve, reject) => {
    model.on('error', () => {}); // `close` follows
    model.once('close', (error?: Error) => reject(error ?? new Error('the broker closed the connection')));
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const handle = setTimeout(timer.resolve, ms);
  await Promise.race([timer.promise, aborted(signal)]);
  clearTimeout(handle);
}
