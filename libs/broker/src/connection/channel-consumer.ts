import { ByteWriter } from '../codec/byte-writer.ts';
import type { Consumer } from '../vhost/consumer-turns.ts';
import type { Entry } from '../vhost/entry.ts';
import type { Queue } from '../vhost/queue.ts';

/** What a consumer needs of its channel. */
export interface ConsumerHost {
  /** The client does not read what was sent to it. */
  readonly isCongested: boolean;
  /** False while the limit over all consumers of the channel is reached. */
  readonly hasRoom: boolean;
  /** Writes a message to the client and remembers it until it is answered for. */
  deliver(consumer: ChannelConsumer, entry: Entry): void;
  /** The queue of this consumer is gone. */
  cancel(consumer: ChannelConsumer): void;
}

export interface ConsumerFields {
  readonly tag: string;
  readonly queue: Queue;
  readonly isNoAck: boolean;
  readonly isExclusive: boolean;
  readonly priority: number;
  /** Most messages unacknowledged at a time; 0: no limit. */
  readonly prefetch: number;
}

/** One basic.consume: takes messages from a queue and writes them to the client. */
export class ChannelConsumer implements Consumer {
  readonly tag: string;
  readonly queue: Queue;
  readonly isNoAck: boolean;
  readonly isExclusive: boolean;
  readonly priority: number;
  readonly prefetch: number;
  /** The tag as a short string. */
  readonly tagText: Buffer;
  readonly #channel: ConsumerHost;
  #unacked = 0;

  constructor(channel: ConsumerHost, fields: ConsumerFields) {
    this.#channel = channel;
    this.tag = fields.tag;
    this.queue = fields.queue;
    this.isNoAck = fields.isNoAck;
    this.isExclusive = fields.isExclusive;
    this.priority = fields.priority;
    this.prefetch = fields.prefetch;
    this.tagText = new ByteWriter().shortText(fields.tag).done();
  }

  canTake(): boolean {
    if (this.#channel.isCongested) return false;
    if (this.isNoAck) return true;
    if (this.prefetch > 0 && this.#unacked >= this.prefetch) return false;
    return this.#channel.hasRoom;
  }

  deliver(entry: Entry): void {
    if (!this.isNoAck) this.#unacked += 1;
    this.#channel.deliver(this, entry);
  }

  /** One of its messages was answered for. */
  settled(): void {
    this.#unacked -= 1;
  }

  onQueueDeleted(): void {
    this.#channel.cancel(this);
  }
}
