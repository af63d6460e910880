import type { Channel } from 'amqplib';
import type { Listener, Receive } from '../../driver.ts';
import type { ConsumerChannel } from './consumer-channel.ts';
import type { Declarer } from './declarer.ts';
import type { QueueLooks } from './queue-looks.ts';
import { declareExchange, declareQueue, type ExchangeSpec, type QueueSpec } from './topology.ts';

/** What a listener consumes. */
export interface ListenerSpec {
  /** Asked before each start, as the broker may turn out to refuse some flags. The names are the same each time. */
  readonly queues: () => readonly QueueSpec[];
  readonly prefetch: number;
  readonly consumeArguments: Readonly<Record<string, unknown>>;
  /** Name of the queue that belongs to this listener alone and is deleted with it; undefined: all are kept. */
  readonly ownQueue: string | undefined;
  readonly receive: Receive;
  /** The first queue was gone when it was to be consumed again; told with the time (`Date.now`) at which consuming ended. */
  readonly queueLost?: (endedAtMs: number) => void;
}

/** Where a listener is started: the channels of one connection. */
export interface Ground {
  readonly declarer: Declarer;
  readonly looks: QueueLooks;
  /** Exchanges declared on this connection that do not go with their last binding. */
  readonly declared: Set<string>;
  /** A channel with room for so many consumers. */
  lease(consumers: number): Promise<ChannelLease>;
}

/** A place for consumers on a channel, given back when they are gone. */
export interface ChannelLease {
  readonly channel: ConsumerChannel;
  release(): void;
}

/** What a listener asks of those who keep it. */
export interface ListenerKeeper {
  /** The broker ended a consumption: declare and consume again. */
  revive(listener: AmqpListener): void;
  /** Forgets the listener and deletes its queue. */
  remove(listener: AmqpListener, queue: string | undefined): Promise<void>;
}

/** The queues of one server, or a reply queue, consumed until it is cancelled; started anew on each new connection. */
export class AmqpListener implements Listener {
  readonly #spec: ListenerSpec;
  readonly #keeper: ListenerKeeper;
  #lease: ChannelLease | undefined;
  #tags: string[] = [];
  #runsOn: Ground | undefined;
  /** Where the next delivery of a stream is, after some have come. */
  readonly #nextOffsets = new Map<string, number>();
  #isCancelled = false;
  /** When consuming ended against our will (`Date.now`), until it goes on. */
  #endedAtMs: number | undefined;

  constructor(spec: ListenerSpec, keeper: ListenerKeeper) {
    this.#spec = spec;
    this.#keeper = keeper;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** True while it consumes on that ground, as far as is known. */
  runsOn(ground: Ground): boolean {
    return this.#runsOn === ground;
  }

  /** True when it consumed on that channel, which is gone now. */
  lostChannel(channel: ConsumerChannel): boolean {
    if (this.#lease?.channel !== channel) return false;
    this.#ended();
    return true;
  }

  /** Declares exchanges, queues and bindings, then consumes. The same names each time. */
  async start(ground: Ground): Promise<void> {
    const queues = this.#spec.queues();
    await this.#tellOfLoss(ground, queues);
    await ground.declarer.run((channel) => declare(channel, ground, queues));
    this.#lease = await ground.lease(queues.length);
    const { channel } = this.#lease;
    this.#tags = await all(queues.map((queue) => this.#consume(channel, queue)));
    this.#runsOn = ground;
    this.#endedAtMs = undefined;
  }

  /** Stops what still runs. */
  async halt(): Promise<void> {
    const lease = this.#lease;
    const tags = this.#tags;
    this.#lease = undefined;
    this.#tags = [];
    this.#runsOn = undefined;
    if (lease === undefined) return;
    await Promise.all(tags.map((tag) => lease.channel.cancel(tag)));
    lease.release();
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true;
    await this.halt();
  }

  async close(): Promise<void> {
    await this.cancel();
    await this.#keeper.remove(this, this.#spec.ownQueue);
  }

  #ended(): void {
    this.#runsOn = undefined;
    this.#endedAtMs ??= Date.now();
  }

  /** A queue that is missing before it is declared anew has taken with it what was in it. */
  async #tellOfLoss(ground: Ground, [first]: readonly QueueSpec[]): Promise<void> {
    const { queueLost } = this.#spec;
    if (queueLost === undefined || this.#endedAtMs === undefined || first === undefined) return;
    if ((await ground.looks.look(first.name))?.exists === false) queueLost(this.#endedAtMs);
  }

  #consume(channel: ConsumerChannel, queue: QueueSpec): Promise<string> {
    const { prefetch, consumeArguments, receive } = this.#spec;
    return channel.consume({
      queue: queue.name,
      isFanout: queue.isFanout === true,
      prefetch,
      arguments: queue.isStream === true ? { ...consumeArguments, ...this.#placeIn(queue) } : consumeArguments,
      receive: queue.isStream === true ? this.#counting(queue, receive) : receive,
      cancelled: () => {
        this.#ended();
        this.#keeper.revive(this);
      },
    });
  }

  /** As oslo.messaging: first from what came last, later from where reading ended (impl_rabbit.py). */
  #placeIn({ name }: QueueSpec): Record<string, unknown> {
    return { 'x-stream-offset': this.#nextOffsets.get(name) ?? 'last' };
  }

  #counting({ name }: QueueSpec, receive: Receive): Receive {
    return (delivery) => {
      const offset = Number(delivery.headers['x-stream-offset']);
      if (Number.isSafeInteger(offset)) this.#nextOffsets.set(name, offset + 1);
      receive(delivery);
    };
  }
}

async function declare(channel: Channel, ground: Ground, queues: readonly QueueSpec[]): Promise<void> {
  const exchanges = new Map<string, ExchangeSpec>();
  for (const { bindings } of queues) for (const { exchange } of bindings) exchanges.set(exchange.name, exchange);
  const missing = [...exchanges.values()].filter(({ name }) => !ground.declared.has(name));
  // A channel answers in order, so all can be asked at once; every answer is awaited, or a rejection would be nobody's.
  await all([
    ...missing.map((exchange) => declareExchange(channel, exchange)),
    ...queues.map((queue) => declareQueue(channel, queue)),
  ]);
  for (const { name, isAutoDelete } of missing) if (!isAutoDelete) ground.declared.add(name);
}

/** Waits for all, then rejects with the first error that carries a reply code, or else the first. */
async function all<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown);
  if (failures.length === 0) return Promise.all(promises);
  throw failures.find((reason) => typeof (reason as { code?: unknown }).code === 'number') ?? failures[0];
}
