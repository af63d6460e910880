import { ByteWriter } from '../codec/byte-writer.ts';
import { methods } from '../codec/methods.ts';
import type { Consumer } from '../vhost/consumer-turns.ts';
import type { Entry } from '../vhost/entry.ts';
import type { Queue } from '../vhost/queue.ts';
import type { Channel } from './channel.ts';

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
  readonly channel: Channel;
  /** The tag as a short string. */
  readonly tagText: Buffer;
  #unacked = 0;

  constructor(channel: Channel, fields: ConsumerFields) {
    this.channel = channel;
    this.tag = fields.tag;
    this.queue = fields.queue;
    this.isNoAck = fields.isNoAck;
    this.isExclusive = fields.isExclusive;
    this.priority = fields.priority;
    this.prefetch = fields.prefetch;
    this.tagText = new ByteWriter().shortText(fields.tag).done();
  }

  canTake(): boolean {
    const { channel } = this;
    if (channel.connection.isCongested) return false;
    if (this.isNoAck) return true;
    if (this.prefetch > 0 && this.#unacked >= this.prefetch) return false;
    return channel.globalPrefetch === 0 || channel.unacked.size < channel.globalPrefetch;
  }

  deliver(entry: Entry): void {
    if (!this.isNoAck) this.#unacked += 1;
    this.channel.deliver(this, entry);
  }

  /** One of its messages was answered for. */
  settled(): void {
    this.#unacked -= 1;
  }

  onQueueDeleted(): void {
    const { channel } = this;
    channel.consumers.delete(this.tag);
    if (!channel.connection.client.canBeCancelled) return;
    const noWait = 1;
    channel.send(methods.basicCancel, new ByteWriter().shortText(this.tag).u8(noWait).done());
  }
}
