import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import type { Publication, PublishOptions } from '../../driver.ts';
import { MessageDeliveryFailure, MessageUndeliverable, TransportClosed } from '../../errors.ts';
import { Fifo } from '../../fifo.ts';
import { asDeliveryFailure, codeOf, isRefusal, replyCode } from './broker-errors.ts';
import type { Declarer } from './declarer.ts';
import { PendingPublish } from './pending-publish.ts';
import { PublishFrames } from './publish-frame.ts';
import { hasOddHeaders, propertiesOf } from './publish-properties.ts';
import { SecondTries } from './second-tries.ts';
import { declarationKey, declareFor, type TopologyOptions } from './topology.ts';
import type { TurnWriter } from './turn-writer.ts';

/** What lanes find on a connection. */
export interface PublishGround {
  readonly model: ChannelModel;
  readonly declarer: Declarer;
  readonly writer: TurnWriter;
}

/** Bounds on what is on the wire without a confirm; what goes beyond waits here. */
const windowMessages = 10_000;
const windowBytes = 16 * 1024 * 1024;
/** How often a publication may find its exchange gone before it fails. */
const mostMissing = 3;

/**
 * Publishes on one channel with confirms, pipelined. What has no confirm when the channel or connection goes is sent again
 * on the next, in order and unchanged, so that the receiver can tell twins by their `_unique_id`.
 */
export class PublishLane {
  readonly #options: TopologyOptions;
  readonly #waiting = new Fifo<PendingPublish>();
  readonly #unconfirmed = new Map<number, PendingPublish>();
  readonly #refused = new SecondTries((pending) => {
    this.#waiting.push(pending);
    this.#drain();
  });
  readonly #declaring = new Map<string, PendingPublish[]>();
  readonly #declared = new Set<string>();
  #ground: PublishGround | undefined;
  #channel: ConfirmChannel | undefined;
  #frames: PublishFrames | undefined;
  #openingOn: PublishGround | undefined;
  #suspectIsOut = false;
  #tag = 0;
  #unconfirmedBytes = 0;
  #roundError: Error | undefined;
  #isClosed = false;
  #idle: (() => void) | undefined;

  constructor(options: TopologyOptions) {
    this.#options = options;
  }

  /** Resolves with the broker's confirm. */
  publish(publication: Publication, { signal, retry }: PublishOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new TransportClosed('the transport was closed'));
      if (signal?.aborted === true) return reject(signal.reason);
      const pending = new PendingPublish(publication, retry, resolve, reject, signal);
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
    const left = [...this.#unconfirmed.values(), ...this.#waiting.drain(), ...this.#refused.drain()];
    for (const pending of left) pending.fail(reason);
    for (const pending of [...this.#declaring.values()].flat()) pending.fail(reason);
    this.#unconfirmed.clear();
  }

  #outstanding(): number {
    return this.#unconfirmed.size + this.#waiting.length + this.#declaring.size + this.#refused.size;
  }

  #submit(pending: PendingPublish): void {
    if (this.#waiting.length === 0 && this.#maySend(pending)) {
      this.#send(pending);
      return;
    }
    this.#waiting.push(pending);
    this.#openWhenNeeded();
  }

  /** A suspect (see #channelFailed) goes alone, so that it is known who is to blame when the channel closes again. */
  #maySend(pending: PendingPublish): boolean {
    if (this.#channel === undefined) return false;
    if (this.#unconfirmed.size === 0) return true;
    if (pending.isSuspect || this.#suspectIsOut) return false;
    return this.#unconfirmed.size < windowMessages && this.#unconfirmedBytes < windowBytes;
  }

  #drain(): void {
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.isSettled) this.#waiting.shift();
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
    else this.#write(this.#channel, pending);
  }

  #write(channel: ConfirmChannel, pending: PendingPublish): void {
    const { publication } = pending;
    try {
      if (hasOddHeaders(publication)) {
        const { exchange, routingKey, body } = publication;
        channel.publish(exchange, routingKey, body, propertiesOf(publication));
      } else {
        for (const piece of this.#frames?.encode(publication) ?? []) this.#ground?.writer.write(piece);
      }
    } catch (error) {
      // A closed channel is gone from here before this can be reached: what is thrown is about the message (a key too long).
      pending.fail(asDeliveryFailure(error, describe(publication)));
      return;
    }
    this.#unconfirmed.set(++this.#tag, pending);
    this.#unconfirmedBytes += publication.body.length;
    this.#suspectIsOut = pending.isSuspect;
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
      const channel = await ground.model.createConfirmChannel();
      if (this.#ground !== ground) return;
      this.#frames = new PublishFrames(ground.writer.take(channel), ground.writer.frameMax);
      channel.on('ack', (fields) => this.#confirmed(channel, fields, false));
      channel.on('nack', (fields) => this.#confirmed(channel, fields, true));
      channel.on('return', (message) => this.#returned(channel, message));
      channel.on('error', (error) => this.#channelFailed(channel, error));
      channel.on('close', () => this.#channelGone(channel));
      this.#channel = channel;
      this.#tag = 0;
    } finally {
      if (this.#openingOn === ground) this.#openingOn = undefined;
    }
    this.#drain();
  }

  #confirmed(channel: ConfirmChannel, fields: { deliveryTag: number; multiple: boolean }, isNack: boolean): void {
    if (channel !== this.#channel) return;
    if (fields.multiple) {
      for (const [tag, pending] of this.#unconfirmed) {
        if (tag > fields.deliveryTag && fields.deliveryTag !== 0) break;
        this.#settle(tag, pending, isNack);
      }
    } else {
      const pending = this.#unconfirmed.get(fields.deliveryTag);
      if (pending !== undefined) this.#settle(fields.deliveryTag, pending, isNack);
    }
    if (this.#waiting.length > 0 || this.#idle !== undefined) this.#drain();
  }

  #settle(tag: number, pending: PendingPublish, isNack: boolean): void {
    this.#unconfirmed.delete(tag);
    const { publication } = pending;
    this.#unconfirmedBytes -= publication.body.length;
    if (pending.isSuspect) this.#suspectIsOut = false;
    if (isNack) this.#nacked(pending);
    else if (pending.returned === undefined) pending.succeed();
    else pending.fail(new MessageUndeliverable(publication.exchange, publication.routingKey, pending.returned));
  }

  #nacked(pending: PendingPublish): void {
    if (this.#refused.take(pending)) return;
    const what = describe(pending.publication);
    pending.fail(new MessageDeliveryFailure(`${what}: the broker did not take it (nack)`));
  }

  /** A return carries no delivery tag and comes before the confirm: the message is told by its body, which is unique. */
  #returned(channel: ConfirmChannel, message: Message): void {
    if (channel !== this.#channel) return;
    for (const pending of this.#unconfirmed.values()) {
      if (pending.returned === undefined && pending.isReturnedAs(message)) {
        pending.returned = (message.fields as { replyText?: string }).replyText ?? 'returned'; // basic.return has it
        return;
      }
    }
  }

  /** The broker closes the channel because of one message, and does not say which. Those on it are sent again. */
  #channelFailed(channel: ConfirmChannel, error: Error): void {
    if (channel !== this.#channel) return;
    const missing = codeOf(error) === replyCode.notFound ? /no exchange '([^']*)'/.exec(error.message)?.[1] : undefined;
    if (missing !== undefined) this.#declared.clear();
    const isAlone = this.#unconfirmed.size === 1;
    for (const pending of this.#unconfirmed.values()) {
      const isToBlame =
        missing === undefined ? isAlone : pending.publication.exchange === missing && ++pending.missing > mostMissing;
      if (isToBlame) pending.fail(asDeliveryFailure(error, describe(pending.publication)));
      else if (missing === undefined) pending.isSuspect = true;
    }
  }

  #channelGone(channel: ConfirmChannel): void {
    if (channel !== this.#channel) return;
    this.#channel = undefined;
    this.#waiting.unshift([...this.#unconfirmed.values()].filter((pending) => pending.retake()));
    this.#unconfirmed.clear();
    this.#unconfirmedBytes = 0;
    this.#suspectIsOut = false;
    // In this turn it is told whether the connection went too.
    queueMicrotask(() => this.#drain());
  }
}

function describe(publication: Publication): string {
  return `message to exchange '${publication.exchange}' with routing key '${publication.routingKey}'`;
}
