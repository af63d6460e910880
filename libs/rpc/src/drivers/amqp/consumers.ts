import type { Channel, ChannelModel } from 'amqplib';
import { TransportClosed } from '../../errors.ts';
import {
  AmqpListener,
  type ChannelLease,
  type Ground,
  type ListenerKeeper,
  type ListenerSpec,
} from './amqp-listener.ts';
import { asDeliveryFailure, codeOf, isReplicaMissing, replyCode } from './broker-errors.ts';
import { ConsumerChannel } from './consumer-channel.ts';
import { Declarer } from './declarer.ts';
import { pause } from './pause.ts';
import { QueueLooks } from './queue-looks.ts';
import { refusesTransientQueues } from './transient-queues.ts';
import { TurnWriter } from './turn-writer.ts';

/** Consumers per channel before another is opened, and the most channels of a connection. */
const consumersPerChannel = 192;
const mostChannels = 32;
const declarerWidth = 4;
/** A queue may vanish between its declaration and its consumption. */
const mostAttempts = 2;
/** As oslo waits before it declares again after 541. */
const afterInternalErrorMs = 2_000;
const reviveAfterMs = 1_000;

/** Everything that one connection consumes, brought back on the next connection. */
export class Consumers implements ListenerKeeper {
  readonly #listeners = new Set<AmqpListener>();
  readonly #restarting = new Set<AmqpListener>();
  readonly #reportFailure: (error: unknown) => void;
  readonly #closing = new AbortController();
  #ground: ConnectionGround | undefined;
  #lostBy: Error | undefined;
  #awaited = awaitGround();

  constructor(reportFailure: (error: unknown) => void) {
    this.#reportFailure = reportFailure;
  }

  /** Starts everything on a fresh connection. A listener that fails is tried again by itself. */
  async restore(model: ChannelModel): Promise<void> {
    const ground = new ConnectionGround(model, (channel) => this.#channelGone(ground, channel));
    (await ground.lease(0)).release(); // a connection on which no channel opens is none
    this.#ground = ground;
    await Promise.all([...this.#listeners].map((listener) => this.#restart(listener)));
    this.#awaited.resolve(ground);
  }

  /** The connection is gone. */
  lost(error: Error): void {
    this.#ground = undefined;
    this.#lostBy = error;
    this.#awaited = awaitGround();
  }

  /** Starts a listener, which comes back by itself after each loss. @throws {MessageDeliveryFailure} TopologyMismatch */
  async listen(spec: ListenerSpec): Promise<AmqpListener> {
    const listener = new AmqpListener(spec, this);
    for (let attempt = 1; ; attempt++) {
      const ground = await this.#awaited.promise;
      try {
        await listener.start(ground);
        this.#listeners.add(listener);
        this.revive(listener); // in case the connection was replaced in the meantime
        return listener;
      } catch (error) {
        await listener.halt();
        await new Promise(setImmediate); // the loss of the connection is told in this turn
        this.#closing.signal.throwIfAborted();
        // A broker that cannot, or may not, make a queue closes the whole connection (541), and does so again.
        const wasLost = ground !== this.#ground && codeOf(error) === undefined;
        const cause = wasLost && codeOf(this.#lostBy) === replyCode.internalError ? this.#lostBy : error;
        const code = codeOf(cause);
        const isStarting = isReplicaMissing(cause);
        const isPassing = code === replyCode.notFound || code === replyCode.internalError || isStarting;
        if (code !== undefined && !(isPassing && attempt < mostAttempts)) {
          throw asDeliveryFailure(
            cause,
            `queues ${spec
              .queues()
              .map(({ name }) => name)
              .join(', ')}`,
          );
        }
        // What is refused for not being durable is declared durable next.
        if (isStarting || (code === replyCode.internalError && !refusesTransientQueues(cause))) {
          await pause(afterInternalErrorMs, this.#closing.signal);
        }
      }
    }
  }

  /** Declares something for a while; on the next connection when this one goes meanwhile. @throws {MessageDeliveryFailure} */
  async declare(declare: (channel: Channel) => Promise<void>, what: string): Promise<void> {
    for (;;) {
      const ground = await this.#awaited.promise;
      try {
        return await ground.declarer.run(declare);
      } catch (error) {
        await new Promise(setImmediate); // the loss of the connection is told in this turn
        this.#closing.signal.throwIfAborted();
        if (codeOf(error) !== undefined || ground === this.#ground) throw asDeliveryFailure(error, what);
      }
    }
  }

  revive(listener: AmqpListener): void {
    void this.#restart(listener);
  }

  async remove(listener: AmqpListener, queue: string | undefined): Promise<void> {
    this.#listeners.delete(listener);
    if (queue === undefined) return;
    // Gone or unreachable: the queue expires by itself.
    await this.#ground?.declarer.run((channel) => channel.deleteQueue(queue)).catch(() => {});
  }

  close(): void {
    const reason = new TransportClosed('the transport was closed');
    this.#closing.abort(reason);
    this.#awaited.reject(reason);
  }

  /** Starts the listener on the connection that stands, unless it runs there. Never rejects. */
  async #restart(listener: AmqpListener): Promise<void> {
    const ground = this.#ground;
    if (ground === undefined || listener.isCancelled || listener.runsOn(ground)) return;
    if (this.#restarting.has(listener)) return;
    this.#restarting.add(listener);
    let failure: unknown;
    try {
      await listener.halt();
      await listener.start(ground);
      if (listener.isCancelled) await listener.halt();
    } catch (error) {
      failure = error;
    }
    this.#restarting.delete(listener);
    if (this.#ground !== ground) return this.#restart(listener);
    if (failure === undefined) return;
    if (codeOf(failure) !== undefined) this.#reportFailure(failure);
    void this.#restartLater(listener);
  }

  async #restartLater(listener: AmqpListener): Promise<void> {
    await pause(reviveAfterMs, this.#closing.signal).catch(() => {});
    if (!this.#closing.signal.aborted) await this.#restart(listener);
  }

  #channelGone(ground: ConnectionGround, channel: ConsumerChannel): void {
    ground.forget(channel);
    const affected = [...this.#listeners].filter((listener) => listener.lostChannel(channel));
    // When it was the connection that went, `lost` is called in this turn, and `restore` brings all back.
    setImmediate(() => {
      if (this.#ground === ground) for (const listener of affected) this.revive(listener);
    });
  }
}

function awaitGround(): PromiseWithResolvers<ConnectionGround> {
  const awaited = Promise.withResolvers<ConnectionGround>();
  awaited.promise.catch(() => {}); // rejected by `close` even when nobody waits
  return awaited;
}

/** The channels of one connection. */
class ConnectionGround implements Ground {
  readonly declarer: Declarer;
  readonly looks: QueueLooks;
  readonly declared = new Set<string>();
  readonly #model: ChannelModel;
  readonly #writer: TurnWriter;
  readonly #gone: (channel: ConsumerChannel) => void;
  readonly #channels: SharedChannel[] = [];

  constructor(model: ChannelModel, gone: (channel: ConsumerChannel) => void) {
    this.#model = model;
    this.#writer = new TurnWriter(model);
    this.declarer = new Declarer(model, declarerWidth);
    this.looks = new QueueLooks(model);
    this.#gone = gone;
  }

  async lease(consumers: number): Promise<ChannelLease> {
    const shared = this.#choose(consumers);
    shared.consumers += consumers;
    const channel = await shared.opening;
    shared.channel = channel;
    const release = (): void => {
      shared.consumers -= consumers;
    };
    return { channel, release };
  }

  forget(channel: ConsumerChannel): void {
    const at = this.#channels.findIndex((shared) => shared.channel === channel);
    if (at >= 0) this.#channels.splice(at, 1);
  }

  #choose(consumers: number): SharedChannel {
    const roomy = this.#channels.find((shared) => shared.consumers + consumers <= consumersPerChannel);
    if (roomy !== undefined) return roomy;
    if (this.#channels.length >= mostChannels) {
      return this.#channels.reduce((least, each) => (each.consumers < least.consumers ? each : least));
    }
    const opened = {
      opening: ConsumerChannel.open(this.#model, this.#writer, this.#gone),
      channel: undefined,
      consumers: 0,
    };
    this.#channels.push(opened);
    return opened;
  }
}

interface SharedChannel {
  readonly opening: Promise<ConsumerChannel>;
  channel: ConsumerChannel | undefined;
  consumers: number;
}
