import type { Channel, ChannelModel } from 'amqplib';
import { readDifference } from './mismatch.ts';

/** Should the connection go before it is deleted. */
const probeLivesMs = 10_000;

/**
 * Channels for declarations only: the broker closes a channel on which a declaration fails, and consumers or unconfirmed
 * messages must not go down with it. amqplib waits for each answer on a channel, so several let declarations overlap.
 */
export class Declarer {
  readonly #model: ChannelModel;
  readonly #slots: { channel: Promise<Channel> | undefined; busy: number }[];

  constructor(model: ChannelModel, width: number) {
    this.#model = model;
    this.#slots = Array.from({ length: width }, () => ({ channel: undefined, busy: 0 }));
  }

  /** Runs `declare` on the least busy channel. */
  async run<T>(declare: (channel: Channel) => Promise<T>): Promise<T> {
    const slot = this.#slots.reduce((least, each) => (each.busy < least.busy ? each : least));
    slot.busy++;
    try {
      slot.channel ??= this.#open(() => {
        slot.channel = undefined;
      });
      return await declare(await slot.channel);
    } catch (error) {
      if (isDurableAlready(error)) await this.#probe();
      throw error;
    } finally {
      slot.busy--;
    }
  }

  /**
   * A queue that is durable against our options may be so because the broker permits no transient ones: then this ends the
   * connection with the telling error, and who declares does so again on the next. Else the queue is another's, and stays so.
   */
  async #probe(): Promise<void> {
    const channel = await this.#open(() => {});
    const { queue } = await channel.assertQueue('', { durable: false, exclusive: false, expires: probeLivesMs });
    await channel.deleteQueue(queue);
    await channel.close();
  }

  async #open(gone: () => void): Promise<Channel> {
    try {
      const channel = await this.#model.createChannel();
      channel.on('error', () => {}); // the declaration that caused it is rejected with the same error
      channel.on('close', gone);
      return channel;
    } catch (error) {
      gone();
      throw error;
    }
  }
}

function isDurableAlready(error: unknown): boolean {
  const difference = error instanceof Error ? readDifference(error.message) : undefined;
  return difference?.kind === 'queue' && difference.flag === 'durable' && difference.wanted === 'false';
}
