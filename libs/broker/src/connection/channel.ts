import type { AmqpError } from '../codec/amqp-error.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import type { FrameWriter } from '../codec/frame-writer.ts';
import { methods } from '../codec/methods.ts';
import { traceDelivery } from '../firehose.ts';
import type { Entry } from '../vhost/entry.ts';
import type { Message } from '../vhost/message.ts';
import { traceExchange, type VirtualHost } from '../vhost/virtual-host.ts';
import type { ChannelConsumer, ConsumerHost } from './channel-consumer.ts';
import type { Client } from './client.ts';
import { closeArguments } from './close-arguments.ts';
import type { Confirms } from './confirms.ts';
import type { Incoming } from './content.ts';
import { withDeliveryCount } from './delivery-count.ts';
import type { DirectReplies, Requester } from './direct-replies.ts';
import { giveBack, Unacked } from './unacked.ts';

/** What a channel needs of the session it belongs to. */
export interface ChannelHost {
  /** The connection's. */
  readonly name: string;
  readonly nodeName: string;
  readonly client: Client;
  readonly writer: FrameWriter;
  readonly replies: DirectReplies;
  /** True while the client does not read what was sent to it. */
  readonly isCongested: boolean;
  /** Something was written: it leaves at the end of this turn. */
  touch(): void;
  /** Something was written that may wait for what follows it. */
  touchSoon(): void;
  /** A channel has confirms to tell at the end of this turn. */
  touchConfirms(channel: Channel): void;
  /** The channel is closed, and its number is free. */
  forget(channel: Channel): void;
}

/** One channel: its consumers, what they have not answered for, and the message that is coming in. */
export class Channel implements ConsumerHost, Requester {
  readonly number: number;
  readonly session: ChannelHost;
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
  replyTag: Buffer | undefined;
  replyAddress: string | undefined;
  /** A basic.publish was read whose content is still to come. */
  incoming: Incoming | undefined;
  #deliveryTag = 0;
  /** After an error nothing is heard but channel.close_ok. */
  #isClosing: boolean = false;

  constructor(number: number, session: ChannelHost, vhost: VirtualHost) {
    this.number = number;
    this.session = session;
    this.vhost = vhost;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  get isCongested(): boolean {
    return this.session.isCongested;
  }

  get hasRoom(): boolean {
    return this.globalPrefetch === 0 || this.unacked.size < this.globalPrefetch;
  }

  send(method: number, args?: Buffer): void {
    this.session.writer.method(this.number, method, args);
    this.session.touch();
  }

  nextTag(): number {
    this.#deliveryTag += 1;
    return this.#deliveryTag;
  }

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
    const { writer } = this.session;
    writer.deliver(this.number, methods.basicDeliver, consumerTag, tag, isRedelivered, message.address);
    writer.content(this.number, message.header, message.body);
    // Copies of the firehose go in bundles: one by one they cost the broker and who listens more than what they tell of.
    if (message.exchange === traceExchange) this.session.touchSoon();
    else this.session.touch();
  }

  cancel({ tag }: ChannelConsumer): void {
    this.consumers.delete(tag);
    if (!this.session.client.canBeCancelled) return;
    const noWait = 1;
    this.send(methods.basicCancel, new ByteWriter().shortText(tag).u8(noWait).done());
  }

  /** Ends the channel for an error of the client's: the client must answer before the number can be used again. */
  fail(error: AmqpError, method: number): void {
    this.close();
    this.#isClosing = true;
    this.incoming = undefined;
    this.send(methods.channelClose, closeArguments(error, method));
  }

  /** Consumers leave, and what was not answered for goes back to its queues. Writes nothing. */
  close(): void {
    this.confirms?.flush(this.number, this.session.writer);
    this.session.replies.delete(this);
    for (const consumer of this.consumers.values()) consumer.queue.removeConsumer(consumer);
    this.consumers.clear();
    giveBack(this.unacked.takeAll());
  }
}
