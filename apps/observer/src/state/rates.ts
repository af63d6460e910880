import type { BusEvent } from '@novasim/trace';

/** Seconds over which a rate is taken. */
const WINDOW_S = 5;
/** Names that were silent are forgotten when there are so many. */
const MOST_NAMES = 20_000;

/** Counts of the last seconds, one for each second; the slots are used again and again. */
class Count {
  readonly #slots = new Uint32Array(WINDOW_S + 1);
  #second = 0;

  add(second: number): void {
    this.#turnTo(second);
    const slot = second % this.#slots.length;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1;
  }

  /** Over the whole seconds before this one. */
  perSecond(second: number): number {
    this.#turnTo(second);
    const current = this.#slots[second % this.#slots.length] ?? 0;
    return (this.#slots.reduce((sum, count) => sum + count, 0) - current) / WINDOW_S;
  }

  #turnTo(second: number): void {
    const from = Math.max(this.#second + 1, second - WINDOW_S);
    for (let at = from; at <= second; at++) this.#slots[at % this.#slots.length] = 0;
    this.#second = Math.max(this.#second, second);
  }
}

/** How many messages a second an exchange takes and a queue hands out, as the tap saw them. */
export class Rates {
  readonly #published = new Map<string, Count>();
  readonly #delivered = new Map<string, Count>();

  count(event: BusEvent): void {
    if (event.event === 'published') add(this.#published, event.exchange, event.at_ms);
    else if (event.event === 'delivered') add(this.#delivered, event.queue, event.at_ms);
  }

  /** Messages a second that were published to an exchange. */
  published(exchange: string, nowMs: number): number {
    return this.#published.get(exchange)?.perSecond(secondOf(nowMs)) ?? 0;
  }

  /** Messages a second that a queue handed to its consumers. */
  delivered(queue: string, nowMs: number): number {
    return this.#delivered.get(queue)?.perSecond(secondOf(nowMs)) ?? 0;
  }
}

function add(counts: Map<string, Count>, name: string, atMs: number): void {
  let count = counts.get(name);
  if (count === undefined) {
    if (counts.size >= MOST_NAMES) counts.clear();
    count = new Count();
    counts.set(name, count);
  }
  count.add(secondOf(atMs));
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000);
}
