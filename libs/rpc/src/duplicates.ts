/** How many ids oslo.messaging remembers (`DUP_MSG_CHECK_SIZE`, amqpdriver.py). */
const remembered = 16;

/** Remembers the `_unique_id` of the last 16 messages, so that a message published twice runs once. */
export class Duplicates {
  readonly #ring: (string | undefined)[] = new Array<string | undefined>(remembered);
  #next = 0;

  /** True when `uniqueId` is among the remembered ones; remembers it otherwise. Messages without an id are never twins. */
  isTwin(uniqueId: string | undefined): boolean {
    if (uniqueId === undefined) return false;
    if (this.has(uniqueId)) return true;
    this.#ring[this.#next] = uniqueId;
    this.#next = (this.#next + 1) % remembered;
    return false;
  }

  /** The same without remembering. */
  has(uniqueId: string | undefined): boolean {
    return uniqueId !== undefined && this.#ring.includes(uniqueId);
  }
}
