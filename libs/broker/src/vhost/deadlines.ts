/** Something that wants to be told when a moment is reached. It may then ask for another one. */
export interface Waiting {
  /** Milliseconds on the clock of {@link Deadlines.now}. */
  onDeadline(nowMs: number): void;
}

/**
 * One timer for all queues. A queue asks for at most one moment at a time (its oldest message's, or its own end), so a million waiting
 * messages cost one entry. Entries are kept in a binary heap.
 */
export class Deadlines implements Disposable {
  readonly #heap: { at: number; who: Waiting }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  /** Milliseconds that only go forward. */
  now(): number {
    return performance.now();
  }

  add(at: number, who: Waiting): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push({ at, who });
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((heap[parent] as { at: number }).at <= at) break;
      this.#swap(index, parent);
      index = parent;
    }
    this.#arm();
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as (typeof heap)[0], heap[a] as (typeof heap)[0]];
  }

  #pop(): Waiting | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top?.who;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) return top.who;
      const right = left + 1;
      const lesser = right < heap.length && at(heap, right) < at(heap, left) ? right : left;
      if (at(heap, lesser) >= at(heap, index)) return top.who;
      this.#swap(index, lesser);
      index = lesser;
    }
  }

  #arm(): void {
    const top = this.#heap[0];
    if (top === undefined || top.at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = top.at;
    // A timer takes at most 2^31-1 ms; what lies further away is looked at again then.
    const delay = Math.min(Math.max(Math.ceil(top.at - this.now()), 0), 0x7fff_ffff);
    this.#timer = setTimeout(() => this.#fire(), delay);
    this.#timer.unref();
  }

  #fire(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.now();
    for (let top = this.#heap[0]; top !== undefined && top.at <= now; top = this.#heap[0]) {
      this.#pop()?.onDeadline(now);
    }
    this.#arm();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#heap.length = 0;
  }
}

function at(heap: readonly { at: number }[], index: number): number {
  return (heap[index] as { at: number }).at;
}
