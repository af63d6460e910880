import { abortable } from '../../abortable.ts';
import type {
  DescribedExchange,
  DescribedQueue,
  Driver,
  DriverEvent,
  DriverState,
  Listener,
  ListenTarget,
  NotificationTarget,
  Publication,
  PublishOptions,
  Receive,
  ReceiveReplies,
} from '../../driver.ts';
import type { QueueState } from '../../unanswered-call.ts';
import { asDeliveryFailure } from './broker-errors.ts';
import { RecoveringConnection, type ReportedEvent } from './connection.ts';
import { Consumers } from './consumers.ts';
import type { DialConfig } from './dial.ts';
import { Publisher } from './publisher.ts';
import {
  declareExchange,
  declareQueue,
  expiringQueue,
  notificationQueues,
  serverQueues,
  type TopologyOptions,
} from './topology.ts';
import { refusesTransientQueues, tellOfDurableQueues } from './transient-queues.ts';

/** Time for the last confirms when the transport is closed. */
const graceMs = 5_000;

export interface AmqpDriverConfig extends DialConfig {
  readonly options: TopologyOptions;
}

/**
 * The driver for RabbitMQ and what speaks like it. Two connections, one to publish and one to consume, because a broker
 * that throttles publishers throttles the whole connection; the second is opened when something is to be consumed.
 */
export class AmqpDriver implements Driver {
  readonly #options: TopologyOptions;
  readonly #publisher: Publisher;
  readonly #consumers: Consumers;
  readonly #publishing: RecoveringConnection;
  readonly #consuming: RecoveringConnection;
  readonly #listeners: ((event: DriverEvent) => void)[] = [];
  /** Told of each round of hosts that failed for that connection. */
  readonly #impatient = { publish: new Set<(error: Error) => void>(), consume: new Set<(error: Error) => void>() };
  #wasOpened = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(config: AmqpDriverConfig) {
    this.#options = config.options;
    const publisher = new Publisher(config.options);
    const consumers = new Consumers((error) => this.#report('retrying', 'consume', undefined, error));
    this.#publisher = publisher;
    this.#consumers = consumers;
    this.#publishing = new RecoveringConnection(config, {
      restore: (model) => publisher.restore(model),
      lost: () => publisher.lost(),
      roundFailed: (error) => {
        publisher.roundFailed(error);
        for (const roundFailed of this.#impatient.publish) roundFailed(error);
      },
      report: (event, host, error) => this.#happened(event, 'publish', host, error),
    });
    this.#consuming = new RecoveringConnection(config, {
      restore: (model) => consumers.restore(model),
      lost: (error) => consumers.lost(error),
      roundFailed: (error) => {
        for (const roundFailed of this.#impatient.consume) roundFailed(error);
      },
      report: (event, host, error) => this.#happened(event, 'consume', host, error),
    });
  }

  /** Resolves when a broker answered; tries until `signal` aborts. @throws {BrokerRefused} at once. */
  async open(signal?: AbortSignal): Promise<void> {
    try {
      await this.#publishing.open(signal);
      this.#wasOpened = true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get state(): DriverState {
    if (this.#isClosed) return 'closed';
    const isWhole = this.#publishing.isConnected && (this.#consuming.isConnected || !this.#consuming.isWanted);
    return isWhole ? 'connected' : 'reconnecting';
  }

  get host(): string | undefined {
    return this.#publishing.host;
  }

  on(listener: (event: DriverEvent) => void): void {
    this.#listeners.push(listener);
  }

  publish(publication: Publication, options?: PublishOptions): Promise<void> {
    if (this.#wasOpened) return this.#publisher.publish(publication, options);
    return this.#publishFirst(publication, options);
  }

  async listen(target: ListenTarget, receive: Receive): Promise<Listener> {
    await this.#consuming.open();
    const { rabbit_qos_prefetch_count: given } = this.#options;
    return this.#consumers.listen({
      queues: () => serverQueues(target, this.#options),
      prefetch: given > 0 ? given : target.prefetch,
      consumeArguments: this.#consumeArguments(),
      ownQueue: this.#areNamesStable() || this.#options.rabbit_stream_fanout ? undefined : target.fanoutQueue,
      receive,
    });
  }

  async listenReplies(
    queue: string,
    { receive, queueLost }: ReceiveReplies,
    options: PublishOptions = {},
  ): Promise<Listener> {
    await this.#patiently('consume', options);
    return this.#consumers.listen({
      queues: () => [expiringQueue(queue, this.#options)],
      prefetch: this.#options.rabbit_qos_prefetch_count,
      consumeArguments: this.#consumeArguments(),
      ownQueue: this.#areNamesStable() ? undefined : queue,
      receive,
      queueLost,
    });
  }

  look(queue: string): Promise<QueueState | undefined> {
    return this.#publisher.look(queue);
  }

  async listenNotifications(target: NotificationTarget, receive: Receive): Promise<Listener> {
    await this.#consuming.open();
    const { rabbit_qos_prefetch_count: given } = this.#options;
    return this.#consumers.listen({
      queues: () => notificationQueues(target, this.#options),
      prefetch: given > 0 ? given : target.prefetch,
      consumeArguments: this.#consumeArguments(),
      ownQueue: undefined,
      receive,
    });
  }

  async declareExchange(exchange: DescribedExchange, options: PublishOptions = {}): Promise<void> {
    await this.#patiently('consume', options);
    await this.#consumers.declare((channel) => declareExchange(channel, exchange), `exchange '${exchange.name}'`);
  }

  async declareQueue(queue: DescribedQueue, options: PublishOptions = {}): Promise<void> {
    await this.#patiently('consume', options);
    await this.#consumers.declare(async (channel) => {
      await Promise.all(queue.bindings.map(({ exchange }) => declareExchange(channel, exchange)));
      await declareQueue(channel, queue);
    }, `queue '${queue.name}'`);
  }

  async listenTo(queue: DescribedQueue, receive: Receive, options: PublishOptions = {}): Promise<Listener> {
    await this.#patiently('consume', options);
    return this.#consumers.listen({
      queues: () => [queue],
      prefetch: queue.prefetch,
      consumeArguments: this.#consumeArguments(),
      ownQueue: undefined,
      receive,
    });
  }

  breakConnections(): void {
    this.#publishing.break();
    this.#consuming.break();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#consumers.close();
    await this.#publisher.close(graceMs);
    await Promise.all([this.#consuming.close(), this.#publishing.close()]);
  }

  /** Nobody waited for the first connection: a refusal, and the limit of retries, are this publication's. */
  async #publishFirst(publication: Publication, options: PublishOptions = {}): Promise<void> {
    await this.#patiently('publish', options);
    this.#wasOpened = true;
    await this.#publisher.publish(publication, options);
  }

  /** Waits for a connection as long as `options` allow; it goes on being opened for whoever comes next. */
  async #patiently(purpose: DriverEvent['purpose'], { retry, signal }: PublishOptions): Promise<void> {
    const connection = purpose === 'publish' ? this.#publishing : this.#consuming;
    const impatient = this.#impatient[purpose];
    const { promise: gaveUp, reject } = Promise.withResolvers<never>();
    let left = retry === undefined || retry < 0 ? Number.POSITIVE_INFINITY : retry;
    const roundFailed = (error: Error): void => {
      if (left-- <= 0) reject(asDeliveryFailure(error, 'no broker can be reached'));
    };
    impatient.add(roundFailed);
    try {
      await abortable(Promise.race([connection.open(), gaveUp]), signal);
    } finally {
      impatient.delete(roundFailed);
    }
  }

  /** Queues with such names are there for the next start of the program. */
  #areNamesStable(): boolean {
    return this.#options.use_queue_manager;
  }

  /** A broker that closes the connection because of transient queues gets durable ones from here on. */
  #happened(event: ReportedEvent, purpose: DriverEvent['purpose'], host?: string, error?: unknown): void {
    this.#report(event, purpose, host, error);
    if (this.#options.isTransientRefused || !refusesTransientQueues(error)) return;
    this.#options.isTransientRefused = true;
    this.#report('durable', purpose, host, error);
    tellOfDurableQueues(host ?? 'this address');
  }

  #consumeArguments(): Record<string, unknown> {
    return this.#options.enable_cancel_on_failover ? { 'x-cancel-on-ha-failover': true } : {};
  }

  #report(event: DriverEvent['event'], purpose: DriverEvent['purpose'], host?: string, error?: unknown): void {
    for (const listener of this.#listeners) listener({ event, purpose, host, error });
  }
}
