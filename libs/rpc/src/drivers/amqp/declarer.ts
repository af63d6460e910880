import type { Channel, ChannelModel } from 'amqplib';

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
    } finally {
      slot.busy--;
    }
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
