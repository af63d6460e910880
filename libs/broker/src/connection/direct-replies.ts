import { randomBytes } from 'node:crypto';
import type { Message } from '../vhost/message.ts';
import type { Channel } from './channel.ts';

/** The pseudo queue that a requester consumes from and names in `reply_to`. */
export const replyQueue = 'amq.rabbitmq.reply-to';
export const replyAddressPrefix = `${replyQueue}.`;

/** Direct reply-to: answers go straight to the requester's channel, without a queue. */
export class DirectReplies {
  readonly #channels = new Map<string, Channel>();

  /** Makes `channel` reachable and remembers its address on it. */
  add(channel: Channel, consumerTag: Buffer): void {
    const address = replyAddressPrefix + randomBytes(18).toString('base64url');
    channel.replyTag = consumerTag;
    channel.replyAddress = address;
    this.#channels.set(address, channel);
  }

  delete(channel: Channel): void {
    if (channel.replyAddress === undefined) return;
    this.#channels.delete(channel.replyAddress);
    channel.replyAddress = channel.replyTag = undefined;
  }

  has(address: string): boolean {
    return this.#channels.has(address);
  }

  /** False when the requester is gone. */
  deliver(message: Message): boolean {
    const channel = this.#channels.get(message.routingKey);
    if (channel?.replyTag === undefined) return false;
    channel.write(channel.replyTag, channel.nextTag(), false, message);
    return true;
  }
}
