import type { Channel, ChannelModel } from 'amqplib';
import type { QueueState } from '../../unanswered-call.ts';
import { codeOf, replyCode } from './broker-errors.ts';

/**
 * Looks at queues by declaring them passively, one after the other on a channel of its own, which the broker closes when a
 * queue is missing. Who asks for a queue that is being looked at shares the answer.
 */
export class QueueLooks {
  readonly #model: ChannelModel;
  readonly #asked = new Map<string, Promise<QueueState | undefined>>();
  #channel: Promise<Channel> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(model: ChannelModel) {
    this.#model = model;
  }

  /** The queue's state; undefined when the broker cannot say. */
  look(name: string): Promise<QueueState | undefined> {
    const asked = this.#asked.get(name);
    if (asked !== undefined) return asked;
    const looking = this.#last.then(() => this.#lookNow(name)).finally(() => this.#asked.delete(name));
    this.#asked.set(name, looking);
    this.#last = looking;
    return looking;
  }

  async #lookNow(name: string): Promise<QueueState | undefined> {
    try {
      this.#channel ??= this.#open();
      const channel = await this.#channel;
      const { messageCount, consumerCount } = await channel.checkQueue(name);
      return { name, exists: true, messages: messageCount, consumers: consumerCount };
    } catch (error) {
      this.#channel = undefined;
      return isMissing(error) ? { name, exists: false, messages: 0, consumers: 0 } : undefined;
    }
  }

  async #open(): Promise<Channel> {
    const channel = await this.#model.createChannel();
    channel.on('error', () => {}); // the look that caused it is rejected with the same error
    channel.on('close', () => {
      this.#channel = undefined;
    });
    return channel;
  }
}

/** A durable queue on a node that is away is 404 too, in other words. */
function isMissing(error: unknown): boolean {
  return codeOf(error) === replyCode.notFound && error instanceof Error && /no queue '/.test(error.message);
}
