import { randomBytes } from 'node:crypto';
import type { Message } from '../vhost/message.ts';

/** The pseudo queue that a requester consumes from and names in `reply_to`. */
export const replyQueue = 'amq.rabbitmq.reply-to';
export const replyAddressPrefix = `${replyQueue}.`;

/** Who is answered by direct reply-to: a requester. */
export interface Requester {
  /** The consumer tag of its direct reply-to consumer. */
  replyTag: Buffer | undefined;
  /** The address others reply to, made with the consumer. */
  replyAddress: string | undefined;
  nextTag(): number;
  write(consumerTag: Buffer, tag: number, isRedelivered: boolean, message: Message): void;
}

/** Direct reply-to: answers go straight to the requester's channel, without a queue. */
export class DirectReplies {
  readonly #requesters = new Map<string, Requester>();

  /** Makes `requester` reachable and remembers its address on it. */
  add(requester: Requester, consumerTag: Buffer): void {
    const address = replyAddressPrefix + randomBytes(18).toString('base64url');
    requester.replyTag = consumerTag;
    requester.replyAddress = address;
    this.#requesters.set(address, requester);
  }

  delete(requester: Requester): void {
    if (requester.replyAddress === undefined) return;
    this.#requesters.delete(requester.replyAddress);
    requester.replyAddress = requester.replyTag = undefined;
  }

  has(address: string): boolean {
    return this.#requesters.has(address);
  }

  /** False when the requester is gone. */
  deliver(message: Message): boolean {
    const requester = this.#requesters.get(message.routingKey);
    if (requester?.replyTag === undefined) return false;
    requester.write(requester.replyTag, requester.nextTag(), false, message);
    return true;
  }
}
