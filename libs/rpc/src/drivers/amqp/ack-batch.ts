import type { Channel, Message } from 'amqplib';

/**
 * The acknowledgements of one channel, sent together at the end of a turn: one `multiple` for a run of tags costs the
 * broker as much as a single one. What was accepted runs only after its acknowledgement is written: at most once.
 */
export class AckBatch {
  readonly #channel: Channel;
  /** Delivered and neither accepted nor given back, in order of delivery. */
  readonly #held = new Set<number>();
  #accepted: Accepted[] = [];
  #isScheduled = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** A message came in. */
  delivered(tag: number): void {
    this.#held.add(tag);
  }

  /** Acknowledges at the end of the turn, then calls `run`; or `lost`, when the channel is gone by then. */
  accept(tag: number, run: () => void, lost: () => void): void {
    this.#held.delete(tag);
    this.#accepted.push({ tag, run, lost });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => this.#flush());
  }

  /** Rejects at once. */
  reject(tag: number, isRequeued: boolean): void {
    this.#held.delete(tag);
    try {
      this.#channel.reject(asMessage(tag), isRequeued);
    } catch {
      // the channel is gone: the broker gives the message to someone anyway
    }
  }

  #flush(): void {
    this.#isScheduled = false;
    const batch = this.#accepted;
    this.#accepted = [];
    let isWritten = true;
    try {
      this.#acknowledge(batch);
    } catch {
      isWritten = false;
    }
    for (const { run, lost } of batch) (isWritten ? run : lost)();
  }

  /** One `multiple` up to the first tag that is still held, single ones beyond it. */
  #acknowledge(batch: readonly Accepted[]): void {
    const firstHeld = this.#held.values().next().value ?? Number.POSITIVE_INFINITY;
    let upTo = 0;
    for (const { tag } of batch) if (tag < firstHeld && tag > upTo) upTo = tag;
    if (upTo > 0) this.#channel.ack(asMessage(upTo), true);
    for (const { tag } of batch) if (tag > firstHeld) this.#channel.ack(asMessage(tag), false);
  }
}

interface Accepted {
  readonly tag: number;
  readonly run: () => void;
  readonly lost: () => void;
}

/** amqplib takes a message where it needs only the tag. */
function asMessage(deliveryTag: number): Message {
  return { fields: { deliveryTag } } as Message;
}
