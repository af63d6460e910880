import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Delivery, Receive } from '../../driver.ts';
import { AckBatch } from './ack-batch.ts';
import type { TurnWriter } from './turn-writer.ts';

/** One queue to be consumed. */
export interface Consumption {
  readonly queue: string;
  readonly isFanout: boolean;
  /** 0: no bound. */
  readonly prefetch: number;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly receive: Receive;
  /** The broker has ended the consumption (the queue was deleted, its node failed). */
  readonly cancelled: () => void;
}

/** A channel that consumes the queues of several listeners. */
export class ConsumerChannel {
  readonly #channel: Channel;
  readonly #acks: AckBatch;
  #prefetch = 0;

  private constructor(channel: Channel, writer: TurnWriter) {
    this.#channel = channel;
    this.#acks = new AckBatch(channel, () => writer.flush());
  }

  /** Opens one; `gone` is called once when it has closed for whatever reason. */
  static async open(
    model: ChannelModel,
    writer: TurnWriter,
    gone: (channel: ConsumerChannel) => void,
  ): Promise<ConsumerChannel> {
    const channel = await model.createChannel();
    writer.take(channel);
    const consumer = new ConsumerChannel(channel, writer);
    channel.on('error', () => {}); // `close` follows and brings everything back
    channel.on('close', () => gone(consumer));
    return consumer;
  }

  /** Starts to consume; returns the tag. */
  async consume(consumption: Consumption): Promise<string> {
    const { queue, isFanout, prefetch, receive, cancelled } = consumption;
    if (prefetch !== this.#prefetch) {
      this.#prefetch = prefetch;
      void this.#channel.prefetch(prefetch).catch(() => {}); // answered before the consume, which would fail too
    }
    const { consumerTag } = await this.#channel.consume(
      queue,
      (message) => {
        if (message === null) cancelled();
        else receive(this.#deliver(message, isFanout));
      },
      { arguments: consumption.arguments },
    );
    return consumerTag;
  }

  /** Ends a consumption. Harmless when the channel is gone. */
  async cancel(tag: string): Promise<void> {
    await this.#channel.cancel(tag).catch(() => {}); // gone: nothing is consumed any more
  }

  async close(): Promise<void> {
    await this.#channel.close().catch(() => {}); // already closed: what was wanted
  }

  #deliver(message: ConsumeMessage, isFanout: boolean): Delivery {
    this.#acks.delivered(message.fields.deliveryTag);
    return new AmqpDelivery(message, isFanout, this.#acks);
  }
}

class AmqpDelivery implements Delivery {
  readonly #message: ConsumeMessage;
  readonly #acks: AckBatch;
  readonly isFanout: boolean;

  constructor(message: ConsumeMessage, isFanout: boolean, acks: AckBatch) {
    this.#message = message;
    this.isFanout = isFanout;
    this.#acks = acks;
  }

  get body(): Buffer {
    return this.#message.content;
  }

  get headers(): Readonly<Record<string, unknown>> {
    return this.#message.properties.headers ?? {};
  }

  get exchange(): string {
    return this.#message.fields.exchange;
  }

  get routingKey(): string {
    return this.#message.fields.routingKey;
  }

  accept(run: () => void, lost: () => void): void {
    this.#acks.accept(this.#message.fields.deliveryTag, run, lost);
  }

  acceptLazily(): void {
    this.#acks.acceptLazily(this.#message.fields.deliveryTag);
  }

  reject(): void {
    this.#acks.reject(this.#message.fields.deliveryTag, false);
  }

  requeue(): void {
    this.#acks.reject(this.#message.fields.deliveryTag, true);
  }
}
