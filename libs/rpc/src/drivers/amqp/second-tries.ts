import type { PendingPublish } from './pending-publish.ts';

/** Pauses between the tries of a message that the broker refuses; an election takes a second at most. */
const pausesMs = [50, 100, 200, 400, 800, 1_600];

/**
 * Messages that the broker refused (nack) and that are sent again after a pause. A quorum queue refuses while the node that led
 * it is gone and another is not known yet (rabbit_fifo_client: `reject_publish` after `nodedown`), a full one until it is read.
 */
export class SecondTries {
  readonly #again: (pending: PendingPublish) => void;
  readonly #waiting = new Map<PendingPublish, NodeJS.Timeout>();

  /** `again` is called with each message when its pause is over. */
  constructor(again: (pending: PendingPublish) => void) {
    this.#again = again;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Takes a refused message; false when it has had all its tries. */
  take(pending: PendingPublish): boolean {
    const pauseMs = pausesMs[pending.refusals];
    if (pauseMs === undefined || !pending.mayRetry() || !pending.retake()) return false;
    pending.refusals += 1;
    const over = (): void => {
      this.#waiting.delete(pending);
      this.#again(pending);
    };
    this.#waiting.set(pending, setTimeout(over, pauseMs));
    return true;
  }

  /** Ends all waiting; returns the messages. */
  drain(): PendingPublish[] {
    const waiting = [...this.#waiting.keys()];
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    return waiting;
  }
}
