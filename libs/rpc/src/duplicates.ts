/**
 * oslo.messaging remembers 16 ids (`DUP_MSG_CHECK_SIZE`, amqpdriver.py), which drops the twin of one message. When a broker
 * dies, all that had no confirm or whose acknowledgement went down with it comes again: as many as were on their way.
 */
const remembered = 2_048;

/** Remembers the `_unique_id` of the last 2,048 messages, so that a message published or delivered twice runs once. */
export class Duplicates {
  readonly #ids = new Set<string>();
  /** The same in the order of their coming; the oldest is at `#next` once it is full. */
  readonly #ring: string[] = [];
  #next = 0;

  /** True when `uniqueId` is among the remembered ones; remembers it otherwise. Messages without an id are never twins. */
  isTwin(uniqueId: string | undefined): boolean {
    if (uniqueId === undefined) return false;
    if (this.#ids.has(uniqueId)) return true;
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#ids.delete(oldest);
    this.#ids.add(uniqueId);
    this.#ring[this.#next] = uniqueId;
    this.#next = (this.#next + 1) % remembered;
    return false;
  }

  /** The same without remembering. */
  has(uniqueId: string | undefined): boolean {
    return uniqueId !== undefined && this.#ids.has(uniqueId);
  }
}
