/** What changed, by key, in the order of the last change of each: what a reader who was away has to ask for anew. */
export class ChangeLog {
  /** Key to the number of its last change; the oldest stands first. */
  readonly #numbers = new Map<string, number>();
  readonly #most: number;
  #last = 0;
  /** Changes up to here may have been forgotten. */
  #forgottenTo = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Number of the last change. */
  get last(): number {
    return this.#last;
  }

  /** Notes that a key changed; answers the number of that. */
  note(key: string): number {
    this.#last++;
    this.#numbers.delete(key);
    this.#numbers.set(key, this.#last);
    if (this.#numbers.size > this.#most) {
      const [[oldest, number] = ['', 0]] = this.#numbers;
      this.#numbers.delete(oldest);
      this.#forgottenTo = number;
    }
    return this.#last;
  }

  /** Number of a key's last change. */
  numberOf(key: string): number {
    return this.#numbers.get(key) ?? this.#last;
  }

  /** Keys that changed after `number`, oldest change first; undefined when some of them were forgotten. */
  after(number: number): readonly string[] | undefined {
    if (number < this.#forgottenTo || number > this.#last) return undefined;
    return [...this.#numbers].flatMap(([key, changed]) => (changed > number ? [key] : []));
  }
}
