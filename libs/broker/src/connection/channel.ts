import { AmqpError } from '../codec/amqp-error.ts';
import { ByteReader } from '../codec/byte-reader.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import { frameTypes } from '../codec/frame-reader.ts';
import { methods } from '../codec/methods.ts';
import { traceDelivery } from '../firehose.ts';
import type { Entry } from '../vhost/entry.ts';
import type { Message } from '../vhost/message.ts';
import type { VirtualHost } from '../vhost/virtual-host.ts';
import { handleBasic } from './basic-methods.ts';
import type { ChannelConsumer } from './channel-consumer.ts';
import { Confirms } from './confirms.ts';
import type { Connection } from './connection.ts';
import { type Incoming, readPublish } from './content.ts';
import { withDeliveryCount } from './delivery-count.ts';
import { publish } from './publisher.ts';
import { handleTopology } from './topology-methods.ts';
import { giveBack, Unacked } from './unacked.ts';

const txClass = methods.txSelect >>> 16;

/** One channel of a connection: its consumers, what they have not answered for, and the message that is coming in. */
export class Channel {
  readonly number: number;
  readonly connection: Connection;
  readonly vhost: VirtualHost;
  readonly consumers = new Map<string, ChannelConsumer>();
  readonly unacked = new Unacked();
  /** Set by confirm.select. */
  confirms: Confirms | undefined;
  /** Most unacknowledged messages over all consumers; 0: no limit. */
  globalPrefetch = 0;
  /** For consumers to come. */
  consumerPrefetch = 0;
  /** The queue declared last, which an empty queue name stands for. */
  lastQueue: string | undefined;
  /** The consumer tag of its direct reply-to consumer. */
  replyTag: Buffer | undefined;
  /** The address others reply to, made with the consumer. */
  replyAddress: string | undefined;
  #deliveryTag = 0;
  #incoming: Incoming | undefined;
  /** After an error nothing is heard but channel.close_ok. */
  #isClosing: boolean = false;

  constructor(number: number, connection: Connection, vhost: VirtualHost) {
    this.number = number;
    this.connection = connection;
    this.vhost = vhost;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** A basic.publish was read whose content is still to come. */
  get isReceiving(): boolean {
    return this.#incoming !== undefined;
  }

  send(method: number, args?: Buffer): void {
    this.connection.writer.method(this.number, method, args);
    this.connection.touch();
  }

  /** @throws {AmqpError} */
  onFrame(type: number, payload: Buffer): void {
    if (type === frameTypes.method) {
      const method = payload.length >= 4 ? payload.readUInt32BE(0) : 0;
      if (this.#isClosing) {
        this.#onClosing(method);
        return;
      }
      if (this.#incoming !== undefined) this.#incoming.refuseMethod();
      this.#onMethod(method, payload);
    } else if (this.#isClosing) return;
    else if (this.#incoming === undefined) {
      throw new AmqpError(505, 'expected method frame, got non method frame instead');
    } else if (type === frameTypes.header) this.#incoming.onHeader(payload);
    else if (type === frameTypes.body) this.#incoming.onBody(payload);
    if (this.#incoming?.isComplete === true) {
      const complete = this.#incoming;
      this.#incoming = undefined;
      publish(this, complete);
    }
  }

  #onClosing(method: number): void {
    if (method === methods.channelCloseOk) this.connection.forget(this);
    else if (method === methods.channelClose) this.send(methods.channelCloseOk);
  }

  #onMethod(method: number, payload: Buffer): void {
    switch (method) {
      case methods.basicPublish:
        this.#incoming = readPublish(payload);
        return;
      case methods.channelOpen:
        throw new AmqpError(504, "second 'channel.open' seen");
      case methods.channelClose:
        this.close();
        this.send(methods.channelCloseOk);
        this.connection.forget(this);
        return;
      case methods.channelFlow:
        if (payload[4] === 0) throw new AmqpError(540, 'active=false');
        this.send(methods.channelFlowOk, Buffer.of(1));
        return;
      case methods.confirmSelect:
        this.confirms ??= new Confirms();
        if (payload[4] === 0) this.send(methods.confirmSelectOk);
        return;
    }
    const reader = new ByteReader(payload, 4);
    if (handleBasic(this, method, reader)) return;
    // What is declared lives longer than the chunk that brought it: read from a copy.
    if (handleTopology(this, method, new ByteReader(Buffer.from(payload), 4))) return;
    if (method >>> 16 === txClass) throw new AmqpError(540, 'transactions are not available on this broker');
    throw new AmqpError(503, 'unimplemented method');
  }

  nextTag(): number {
    this.#deliveryTag += 1;
    return this.#deliveryTag;
  }

  /** Writes a message to the client and remembers it until it is answered for. */
  deliver(consumer: ChannelConsumer, entry: Entry): void {
    const { queue } = consumer;
    const tag = this.nextTag();
    const message = withDeliveryCount(queue, entry);
    if (consumer.isNoAck) queue.settle();
    else this.unacked.add(tag, { queue, entry, consumer });
    this.write(consumer.tagText, tag, entry.isRedelivered, message);
    if (this.vhost.isTracing) traceDelivery(this, queue, message, entry.isRedelivered);
  }

  write(consumerTag: Buffer, tag: number, isRedelivered: boolean, message: Message): void {
    const { writer } = this.connection;
    writer.deliver(this.number, methods.basicDeliver, consumerTag, tag, isRedelivered, message.address);
    writer.content(this.number, message.header, message.body);
    this.connection.touch();
  }

  /** Ends the channel for an error of the client's: the client must answer before the number can be used again. */
  fail(error: AmqpError, method: number): void {
    this.close();
    this.#isClosing = true;
    this.#incoming = undefined;
    const args = new ByteWriter()
      .u16(error.code)
      .shortText(error.message)
      .u16(method >>> 16)
      .u16(method & 0xffff);
    this.send(methods.channelClose, args.done());
  }

  /** Consumers leave, and what was not answered for goes back to its queues. Writes nothing. */
  close(): void {
    this.confirms?.flush(this.number, this.connection.writer);
    this.connection.replies.delete(this);
    for (const consumer of this.consumers.values()) consumer.queue.removeConsumer(consumer);
    this.consumers.clear();
    giveBack(this.unacked.takeAll());
  }
}
