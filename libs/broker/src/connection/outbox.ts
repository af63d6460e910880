/** A connection with something to write. */
export interface Writing {
  flush(): void;
}

/** Lets each connection write once a turn of the event loop, after everything that came in that turn was handled. */
export class Outbox {
  #waiting: Writing[] = [];
  #isArmed: boolean = false;

  add(writing: Writing): void {
    this.#waiting.push(writing);
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isArmed = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const writing of waiting) writing.flush();
  }
}
