import type { ChannelModel } from 'amqplib';
import type { Publication, PublishOptions } from '../../driver.ts';
import { MessageDeliveryFailure, TransportClosed } from '../../errors.ts';
import { Fifo } from '../../fifo.ts';
import { asDeliveryFailure, codeOf, isRefusal } from './broker-errors.ts';
import type { Declarer } from './declarer.ts';
import { Pace } from './pace.ts';
import { PendingPublish } from './pending-publish.ts';
import { describePublication, PublishChannel, type PublishChannelUser } from './publish-channel.ts';
import { SecondTries } from './second-tries.ts';
import { declarationKey, declareFor, type TopologyOptions } from './topology.ts';
import type { TurnWriter } from './turn-writer.ts';

/** What lanes find on a connection. */
export interface PublishGround {
  readonly model: ChannelModel;
  readonly declarer: Declarer;
  readonly writer: TurnWriter;
}

/**
 * Publishes on one channel at a time with confirms, pipelined; what goes beyond its window waits here. What has no confirm
 * when the channel or connection goes is sent again on the next, in order and unchanged, so that the receiver can tell
 * twins by their `_unique_id`.
 */
export class PublishLane {
  readonly #options: TopologyOptions;
  readonly #waiting = new Fifo<PendingPublish>();
  readonly #refused = new SecondTries((pending) => {
    this.#waiting.push(pending);
    this.#drain();
  });
  readonly #declaring = new Map<string, PendingPublish[]>();
  readonly #declared = new Set<string>();
  /** Replaced, and not yet rid of all that was on them. */
  readonly #retired = new Set<PublishChannel>();
  readonly #replacing = new Pace();
  readonly #user: PublishChannelUser = {
    confirmed: () => this.#confirmed(),
    refused: (channel, pending) => this.#refuse(channel, pending),
    exchangeMissing: () => this.#declared.clear(),
    gone: (channel, unconfirmed) => this.#gone(channel, unconfirmed),
  };
  #ground: PublishGround | undefined;
  #channel: PublishChannel | undefined;
  #openingOn: PublishGround | undefined;
  #roundError: Error | undefined;
  #isClosed = false;
  #idle: (() => void) | undefined;

  constructor(options: TopologyOptions) {
    this.#options = options;
  }

  /** Resolves with the broker's confirm. */
  publish(publication: Publication, { signal, retry, call }: PublishOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new TransportClosed('the transport was closed'));
      if (signal?.aborted === true) return reject(signal.reason);
      const pending = new PendingPublish(publication, retry, resolve, reject, signal);
      pending.call = call;
      if (this.#ground === undefined && this.#roundError !== undefined && !pending.mayRetry()) {
        return pending.fail(asDeliveryFailure(this.#roundError, 'no broker can be reached'));
      }
      this.#submit(pending);
    });
  }

  /** A fresh connection stands: sends what waits. The channel is opened when there is something to send. */
  async restore(ground: PublishGround): Promise<void> {
    this.#ground = ground;
    this.#roundError = undefined;
    this.#declared.clear();
    if (this.#waiting.length > 0) await this.#openChannel(ground);
  }

  /** The connection is gone; everything waits for the next `restore`. */
  lost(): void {
    this.#ground = undefined;
  }

  /** Counts a failed round of connecting against those who limit their retries. */
  roundFailed(error: Error): void {
    this.#roundError = error;
    const reason = asDeliveryFailure(error, 'no broker can be reached');
    const kept: PendingPublish[] = [];
    for (const pending of this.#waiting.drain()) {
      if (pending.isOver()) continue;
      if (isRefusal(error) || !pending.spendRetry()) pending.fail(reason);
      else kept.push(pending);
    }
    this.#waiting.unshift(kept);
  }

  /** Takes nothing more, waits up to `graceMs` for confirms, then rejects what is left. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    if (this.#ground !== undefined && this.#outstanding() > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idle = resolve;
      const timer = setTimeout(resolve, graceMs);
      await promise;
      clearTimeout(timer);
    }
    const reason = new TransportClosed('the transport was closed before the broker confirmed');
    for (const channel of this.#channels()) channel.failAll(reason);
    for (const pending of [...this.#waiting.drain(), ...this.#refused.drain()]) pending.fail(reason);
    for (const pending of [...this.#declaring.values()].flat()) pending.fail(reason);
  }

  #outstanding(): number {
    const unconfirmed = this.#channels().reduce((sum, { size }) => sum + size, 0);
    return unconfirmed + this.#waiting.length + this.#declaring.size + this.#refused.size;
  }

  #channels(): PublishChannel[] {
    return this.#channel === undefined ? [...this.#retired] : [this.#channel, ...this.#retired];
  }

  #submit(pending: PendingPublish): void {
    if (this.#waiting.length === 0 && this.#maySend(pending)) {
      this.#send(pending);
      return;
    }
    this.#waiting.push(pending);
    this.#openWhenNeeded();
  }

  #maySend(pending: PendingPublish): boolean {
    return this.#channel?.hasRoomFor(pending) === true;
  }

  #drain(): void {
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.isOver()) this.#waiting.shift();
      else if (this.#maySend(next))
        this.#send(this.#waiting.shift() as PendingPublish); // just peeked
      else {
        this.#openWhenNeeded();
        return;
      }
    }
    if (this.#outstanding() === 0) this.#idle?.();
  }

  #send(pending: PendingPublish): void {
    const needed = declarationKey(pending.publication);
    if (this.#channel === undefined) this.#waiting.push(pending);
    else if (needed !== undefined && !this.#declared.has(needed)) this.#declareFor(needed, pending);
    else this.#channel.send(pending);
  }

  #declareFor(needed: string, pending: PendingPublish): void {
    const others = this.#declaring.get(needed);
    if (others !== undefined) {
      others.push(pending);
      return;
    }
    this.#declaring.set(needed, [pending]);
    void this.#declare(needed, pending.publication); // reports to those who wait for it
  }

  async #declare(needed: string, publication: Publication): Promise<void> {
    const ground = this.#ground;
    let failure: unknown;
    try {
      await ground?.declarer.run((channel) => declareFor(channel, publication, this.#options));
      if (this.#ground === ground) this.#declared.add(needed);
    } catch (error) {
      failure = error;
    }
    const pendings = this.#declaring.get(needed) ?? [];
    this.#declaring.delete(needed);
    // Without a code it was the connection that went: they wait for the next.
    if (codeOf(failure) === undefined) this.#waiting.unshift(pendings);
    else for (const pending of pendings) pending.fail(asDeliveryFailure(failure, `exchange '${publication.exchange}'`));
    this.#drain();
  }

  /** When it was the connection that went, opening fails, and `restore` comes with the next one. */
  #openWhenNeeded(): void {
    if (this.#channel !== undefined || this.#ground === undefined) return;
    this.#openChannel(this.#ground).catch(() => {});
  }

  async #openChannel(ground: PublishGround): Promise<void> {
    if (this.#openingOn === ground) return;
    this.#openingOn = ground;
    try {
      const channel = await PublishChannel.open(ground.model, ground.writer, this.#user);
      if (this.#ground !== ground) return;
      this.#channel = channel;
    } finally {
      if (this.#openingOn === ground) this.#openingOn = undefined;
    }
    this.#drain();
  }

  #confirmed(): void {
    if (this.#waiting.length > 0 || this.#idle !== undefined) this.#drain();
  }

  #refuse(channel: PublishChannel, pending: PendingPublish): void {
    if (!this.#refused.take(pending)) {
      const what = describePublication(pending.publication);
      pending.fail(new MessageDeliveryFailure(`${what}: the broker did not take it (nack)`));
    }
    // Whose first message to a quorum queue came during an election, that channel refuses all to it until the node that
    // led before is back; a fresh one knows the new leader (rabbit_fifo_client:enqueue/3, RabbitMQ 3.10).
    if (channel !== this.#channel || !this.#replacing.take()) return;
    this.#channel = undefined;
    this.#retired.add(channel);
    channel.retire();
  }

  #gone(channel: PublishChannel, unconfirmed: readonly PendingPublish[]): void {
    if (channel === this.#channel) this.#channel = undefined;
    this.#retired.delete(channel);
    this.#waiting.unshift(unconfirmed);
    // In this turn it is told whether the connection went too.
    queueMicrotask(() => this.#drain());
  }
}
