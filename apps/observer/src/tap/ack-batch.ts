import type { Channel, ConsumeMessage } from 'amqplib';

const BATCH = 200;
const LATEST_MS = 50;

/** Acknowledges many messages with one frame: when so many were read, or a moment after the first of them. */
export class AckBatch {
  readonly #channel: Channel;
  #last: ConsumeMessage | undefined;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.once('close', () => {
      clearTimeout(this.#timer);
      this.#last = undefined;
    });
  }

  add(message: ConsumeMessage): void {
    this.#last = message;
    this.#count++;
    if (this.#count >= BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), LATEST_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#count = 0;
    const last = this.#last;
    this.#last = undefined;
    if (last === undefined) return;
    try {
      this.#channel.ack(last, true);
    } catch {
      // The channel closed in this very turn; what it had goes with its queue.
    }
  }
}
