import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import type { Publication } from '../../driver.ts';
import { MessageUndeliverable } from '../../errors.ts';
import { bytesOf } from './body.ts';
import { asDeliveryFailure, codeOf, replyCode } from './broker-errors.ts';
import type { PendingPublish } from './pending-publish.ts';
import { PublishFrames } from './publish-frame.ts';
import { hasOddHeaders, propertiesOf } from './publish-properties.ts';
import type { TurnWriter } from './turn-writer.ts';

/** What the user of a channel is told. */
export interface PublishChannelUser {
  /** Some were confirmed: there is room. */
  confirmed(): void;
  /** The broker did not take a message (nack). */
  refused(channel: PublishChannel, pending: PendingPublish): void;
  /** A message found no exchange: what was declared may be gone. */
  exchangeMissing(): void;
  /** The channel is closed; these had no confirm and somebody waits for each. */
  gone(channel: PublishChannel, unconfirmed: readonly PendingPublish[]): void;
}

/** Bounds on what is on the wire without a confirm. */
const windowMessages = 10_000;
const windowBytes = 16 * 1024 * 1024;
/** How often a publication may find its exchange gone before it fails. */
const mostMissing = 3;

/** A channel with confirms and the messages on it that have none yet. */
export class PublishChannel {
  readonly #channel: ConfirmChannel;
  readonly #writer: TurnWriter;
  readonly #frames: PublishFrames;
  readonly #user: PublishChannelUser;
  readonly #unconfirmed = new Map<number, PendingPublish>();
  #suspectIsOut = false;
  #tag = 0;
  #bytes = 0;
  #isRetired = false;
  #isClosing = false;

  private constructor(channel: ConfirmChannel, writer: TurnWriter, user: PublishChannelUser) {
    this.#channel = channel;
    this.#writer = writer;
    this.#frames = new PublishFrames(writer.take(channel), writer.frameMax);
    this.#user = user;
    channel.on('ack', (fields) => this.#confirmed(fields, false));
    channel.on('nack', (fields) => this.#confirmed(fields, true));
    channel.on('return', (message) => this.#returned(message));
    channel.on('error', (error) => this.#failed(error));
    channel.on('close', () => this.#gone());
  }

  static async open(model: ChannelModel, writer: TurnWriter, user: PublishChannelUser): Promise<PublishChannel> {
    return new PublishChannel(await model.createConfirmChannel(), writer, user);
  }

  /** Messages without a confirm. */
  get size(): number {
    return this.#unconfirmed.size;
  }

  /** A suspect (see #failed) goes alone, so that it is known who is to blame when the channel closes again. */
  hasRoomFor(pending: PendingPublish): boolean {
    if (this.#unconfirmed.size === 0) return true;
    if (pending.isSuspect || this.#suspectIsOut) return false;
    return this.#unconfirmed.size < windowMessages && this.#bytes < windowBytes;
  }

  /** Sends a message; one that AMQP cannot carry (a key too long) fails. */
  send(pending: PendingPublish): void {
    const { publication } = pending;
    try {
      if (hasOddHeaders(publication)) {
        const { exchange, routingKey, body } = publication;
        this.#channel.publish(exchange, routingKey, bytesOf(body), propertiesOf(publication));
      } else {
        this.#frames.write(publication, this.#writer);
      }
    } catch (error) {
      pending.fail(asDeliveryFailure(error, describePublication(publication)));
      return;
    }
    this.#unconfirmed.set(++this.#tag, pending);
    this.#bytes += publication.body.length;
    this.#suspectIsOut = pending.isSuspect;
  }

  /** Takes nothing more, and closes when all that is on it is confirmed. */
  retire(): void {
    this.#isRetired = true;
    this.#closeWhenDone();
  }

  /** Gives up all that has no confirm. */
  failAll(reason: unknown): void {
    for (const pending of this.#unconfirmed.values()) pending.fail(reason);
    this.#unconfirmed.clear();
  }

  #confirmed(fields: { deliveryTag: number; multiple: boolean }, isNack: boolean): void {
    if (fields.multiple) {
      for (const [tag, pending] of this.#unconfirmed) {
        if (tag > fields.deliveryTag && fields.deliveryTag !== 0) break;
        this.#settle(tag, pending, isNack);
      }
    } else {
      const pending = this.#unconfirmed.get(fields.deliveryTag);
      if (pending !== undefined) this.#settle(fields.deliveryTag, pending, isNack);
    }
    this.#closeWhenDone();
    this.#user.confirmed();
  }

  #settle(tag: number, pending: PendingPublish, isNack: boolean): void {
    this.#unconfirmed.delete(tag);
    const { publication } = pending;
    this.#bytes -= publication.body.length;
    if (pending.isSuspect) this.#suspectIsOut = false;
    if (isNack) this.#user.refused(this, pending);
    else if (pending.returned === undefined) pending.succeed();
    else pending.fail(new MessageUndeliverable(publication.exchange, publication.routingKey, pending.returned));
  }

  #closeWhenDone(): void {
    if (!this.#isRetired || this.#isClosing || this.#unconfirmed.size > 0) return;
    this.#isClosing = true;
    this.#channel.close().catch(() => {}); // already closed: what was wanted
  }

  /** A return carries no delivery tag and comes before the confirm: the message is told by its body, which is unique. */
  #returned(message: Message): void {
    for (const pending of this.#unconfirmed.values()) {
      if (pending.returned === undefined && pending.isReturnedAs(message)) {
        pending.returned = (message.fields as { replyText?: string }).replyText ?? 'returned'; // basic.return has it
        return;
      }
    }
  }

  /** The broker closes the channel because of one message, and does not say which. Those on it are sent again. */
  #failed(error: Error): void {
    const missing = codeOf(error) === replyCode.notFound ? /no exchange '([^']*)'/.exec(error.message)?.[1] : undefined;
    if (missing !== undefined) this.#user.exchangeMissing();
    const isAlone = this.#unconfirmed.size === 1;
    for (const pending of this.#unconfirmed.values()) {
      const isToBlame =
        missing === undefined ? isAlone : pending.publication.exchange === missing && ++pending.missing > mostMissing;
      if (isToBlame) pending.fail(asDeliveryFailure(error, describePublication(pending.publication)));
      else if (missing === undefined) pending.isSuspect = true;
    }
  }

  #gone(): void {
    const left = [...this.#unconfirmed.values()].filter((pending) => pending.retake());
    this.#unconfirmed.clear();
    this.#user.gone(this, left);
  }
}

/** A publication as errors name it. */
export function describePublication({ exchange, routingKey }: Publication): string {
  return `message to exchange '${exchange}' with routing key '${routingKey}'`;
}
