import type { Channel, Message } from 'amqplib';

/** How many lazy acknowledgements may wait, and how long. */
const mostLazy = 64;
const lazyMs = 10;

/**
 * The acknowledgements of one channel, sent together at the end of a turn: one `multiple` for a run of tags costs the
 * broker as much as a single one. What was accepted runs only after its acknowledgement is written: at most once.
 */
export class AckBatch {
  readonly #channel: Channel;
  readonly #writeOut: () => void;
  /** Delivered and neither accepted nor given back, in order of delivery. */
  readonly #held = new Set<number>();
  #accepted: Accepted[] = [];
  #lazy: number[] = [];
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;

  /** `writeOut` hands to the kernel what was written to the channel. */
  constructor(channel: Channel, writeOut: () => void) {
    this.#channel = channel;
    this.#writeOut = writeOut;
  }

  /** A message came in. */
  delivered(tag: number): void {
    this.#held.add(tag);
  }

  /** Acknowledges at the end of the turn, then calls `run`; or `lost`, when the channel is gone by then. */
  accept(tag: number, run: () => void, lost: () => void): void {
    this.#held.delete(tag);
    this.#accepted.push({ tag, run, lost });
    this.#schedule();
  }

  /**
   * Acknowledges within some milliseconds. For replies: one that comes again after a loss finds its call ended, and a
   * client saves a system call a turn.
   */
  acceptLazily(tag: number): void {
    this.#held.delete(tag);
    this.#lazy.push(tag);
    if (this.#lazy.length >= mostLazy) this.#schedule();
    else this.#timer ??= setTimeout(() => this.#flush(), lazyMs).unref();
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

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => this.#flush());
  }

  /** All that waits goes at once: a `multiple` covers every tag below it, and none may be acknowledged twice. */
  #flush(): void {
    this.#isScheduled = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#accepted;
    const tags = this.#lazy;
    this.#accepted = [];
    this.#lazy = [];
    for (const { tag } of batch) tags.push(tag);
    let isWritten = true;
    try {
      this.#acknowledge(tags);
      // Before anything runs: a request that ends the process must not come again to end the next.
      if (batch.length > 0) this.#writeOut();
    } catch {
      isWritten = false;
    }
    for (const { run, lost } of batch) (isWritten ? run : lost)();
  }

  /** One `multiple` up to the first tag that is still held, single ones beyond it. */
  #acknowledge(tags: readonly number[]): void {
    const firstHeld = this.#held.values().next().value ?? Number.POSITIVE_INFINITY;
    let upTo = 0;
    for (const tag of tags) if (tag < firstHeld && tag > upTo) upTo = tag;
    if (upTo > 0) this.#channel.ack(asMessage(upTo), true);
    for (const tag of tags) if (tag > firstHeld) this.#channel.ack(asMessage(tag), false);
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
