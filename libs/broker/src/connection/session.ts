import { AmqpError } from '../codec/amqp-error.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import type { FrameWriter } from '../codec/frame-writer.ts';
import { methods } from '../codec/methods.ts';
import type { VirtualHost } from '../vhost/virtual-host.ts';
import { Channel, type ChannelHost } from './channel.ts';
import type { Client } from './client.ts';
import type { ClientSocket } from './client-socket.ts';
import type { DirectReplies } from './direct-replies.ts';

export interface SessionFields {
  readonly socket: ClientSocket;
  readonly client: Client;
  readonly vhost: VirtualHost;
  readonly nodeName: string;
  readonly replies: DirectReplies;
  /** Most channels at a time; 0: no limit. */
  readonly channelMax: number;
}

/** What a client has in its virtual host once it is let in: its channels, and the queues that are its alone. */
export class Session implements ChannelHost {
  readonly client: Client;
  readonly vhost: VirtualHost;
  readonly nodeName: string;
  readonly replies: DirectReplies;
  readonly writer: FrameWriter;
  readonly channels = new Map<number, Channel>();
  readonly #socket: ClientSocket;
  readonly #channelMax: number;
  readonly #confirming = new Set<Channel>();

  constructor({ socket, client, vhost, nodeName, replies, channelMax }: SessionFields) {
    this.client = client;
    this.vhost = vhost;
    this.nodeName = nodeName;
    this.replies = replies;
    this.writer = socket.writer;
    this.#socket = socket;
    this.#channelMax = channelMax;
  }

  get name(): string {
    return this.#socket.name;
  }

  get isCongested(): boolean {
    return this.#socket.isCongested;
  }

  touch(): void {
    this.#socket.touch();
  }

  /** As {@link touch}, for what may wait a moment. */
  touchSoon(): void {
    this.#socket.touchSoon();
  }

  touchConfirms(channel: Channel): void {
    this.#confirming.add(channel);
    this.touch();
  }

  /** Writes the confirms of all channels. */
  tellConfirms(): void {
    for (const channel of this.#confirming) channel.confirms?.flush(channel.number, this.writer);
    this.#confirming.clear();
  }

  /** Takes from its queues what it had no room for while the client did not read. */
  dispatch(): void {
    for (const channel of this.channels.values()) {
      for (const consumer of channel.consumers.values()) consumer.queue.dispatch();
    }
  }

  /** @throws {AmqpError} 530 when there are as many as was agreed */
  open(number: number): void {
    if (this.#channelMax > 0 && this.channels.size >= this.#channelMax) {
      throw new AmqpError(
        530,
        `number of channels opened (${this.channels.size}) has reached the negotiated channel_max (${this.#channelMax})`,
      );
    }
    const opened = new Channel(number, this, this.vhost);
    this.channels.set(number, opened);
    opened.send(methods.channelOpenOk, new ByteWriter().u32(0).done());
  }

  forget(channel: Channel): void {
    this.channels.delete(channel.number);
  }

  /** Ends channels, and exclusive queues with them. */
  close(): void {
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
    this.#confirming.clear();
    const owned = [...this.vhost.queues.values()].filter((queue) => queue.owner === this);
    for (const queue of owned) this.vhost.deleteQueue(queue);
  }
}
