import { Deque } from './deque.ts';
import type { Entry } from './entry.ts';

/** The messages of one queue that wait for a consumer, by arrival. What waits is kept on bytes of its own. */
export class ReadyMessages {
  readonly #entries = new Deque<Entry>();
  #bytes = 0;

  get length(): number {
    return this.#entries.length;
  }

  /** Of the bodies. */
  get bytes(): number {
    return this.#bytes;
  }

  get first(): Entry | undefined {
    return this.#entries.first;
  }

  push(entry: Entry): void {
    this.#entries.push(detached(entry));
    this.#bytes += entry.message.body.length;
  }

  shift(): Entry | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.#bytes -= entry.message.body.length;
    return entry;
  }

  /** Messages that were taken out come back to their old places. `entries` may be in any order. */
  giveBack(entries: readonly Entry[]): void {
    const back = entries.map(detached).sort(byArrival);
    const last = back.at(-1);
    if (last === undefined) return;
    // Usually everything that waits came later than what comes back; then nothing is moved.
    const moved: Entry[] = [];
    for (let head = this.#entries.first; head !== undefined && head.seq < last.seq; head = this.#entries.first) {
      moved.push(head);
      this.#entries.shift();
    }
    const merged = moved.length === 0 ? back.toReversed() : [...back, ...moved].sort(byArrival).reverse();
    for (const entry of merged) this.#entries.unshift(entry);
    for (const entry of back) this.#bytes += entry.message.body.length;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}

function detached(entry: Entry): Entry {
  return { ...entry, message: entry.message.detached() };
}

function byArrival(a: Entry, b: Entry): number {
  return a.seq - b.seq;
}
