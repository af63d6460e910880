import type { Entry } from './entry.ts';

/** Who takes messages from a queue: one basic.consume on one channel. */
export interface Consumer {
  readonly priority: number;
  readonly isExclusive: boolean;
  /** False while its prefetch is used up or its socket does not drain. */
  canTake(): boolean;
  deliver(entry: Entry): void;
  /** The queue is gone. */
  onQueueDeleted(): void;
}

/** The consumers of one queue, and whose turn it is. */
export class ConsumerTurns {
  readonly #isSingleActive: boolean;
  readonly #consumers: Consumer[] = [];
  /** How many have a priority other than 0. */
  #priorities = 0;
  #next = 0;

  /** @param isSingleActive only the first of them is given messages */
  constructor(isSingleActive: boolean) {
    this.#isSingleActive = isSingleActive;
  }

  get all(): readonly Consumer[] {
    return this.#consumers;
  }

  /** In turn among the highest priority that can take one; undefined when nobody can. */
  next(): Consumer | undefined {
    const consumers = this.#consumers;
    if (this.#isSingleActive) {
      const active = consumers[0];
      return active?.canTake() === true ? active : undefined;
    }
    const count = consumers.length;
    let best: Consumer | undefined;
    let bestAt = 0;
    for (let step = 0; step < count; step += 1) {
      const at = (this.#next + step) % count;
      const consumer = consumers[at] as Consumer;
      if (best !== undefined && consumer.priority <= best.priority) continue;
      if (!consumer.canTake()) continue;
      best = consumer;
      bestAt = at;
      if (this.#priorities === 0) break;
    }
    if (best !== undefined) this.#next = (bestAt + 1) % count;
    return best;
  }

  add(consumer: Consumer): void {
    this.#consumers.push(consumer);
    if (consumer.priority !== 0) this.#priorities += 1;
  }

  /** False when it is none of them. */
  remove(consumer: Consumer): boolean {
    const at = this.#consumers.indexOf(consumer);
    if (at < 0) return false;
    this.#consumers.splice(at, 1);
    if (consumer.priority !== 0) this.#priorities -= 1;
    if (this.#next > at) this.#next -= 1;
    if (this.#next >= this.#consumers.length) this.#next = 0;
    return true;
  }

  removeAll(): readonly Consumer[] {
    return this.#consumers.splice(0);
  }
}
