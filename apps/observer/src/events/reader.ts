import type { ServerResponse } from 'node:http';
import type { IdentifiedEvent } from './stream-event.ts';

/** Longest time that one bundle may take to be put together; the rest goes with the next turn. */
const TURN_MS = 10;
/** Who takes nothing for so long is gone, whatever the network says. */
const PATIENCE_MS = 60_000;

/** One who reads the events: wants keys, and gets what is to be said of them as fast as it takes it. */
export class Reader {
  readonly #response: ServerResponse;
  readonly #tell: (key: string) => IdentifiedEvent | undefined;
  /** Oldest change first: ids must rise. */
  readonly #wanted = new Set<string>();
  #isFull = false;
  #nextTurn: NodeJS.Immediate | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, tell: (key: string) => IdentifiedEvent | undefined) {
    this.#response = response;
    this.#tell = tell;
    response.on('drain', () => {
      this.#isFull = false;
      clearTimeout(this.#patience);
      this.flush();
    });
    response.once('close', () => {
      this.#wanted.clear();
      clearImmediate(this.#nextTurn);
      clearTimeout(this.#patience);
    });
  }

  want(key: string): void {
    this.#wanted.delete(key);
    this.#wanted.add(key);
  }

  /** Says what is wanted, until the connection is full or others must have their turn. */
  flush(): void {
    const endMs = performance.now() + TURN_MS;
    for (const key of this.#wanted) {
      if (this.#isFull) return;
      if (performance.now() > endMs) {
        this.#nextTurn ??= setImmediate(() => {
          this.#nextTurn = undefined;
          this.flush();
        });
        return;
      }
      this.#wanted.delete(key);
      const event = this.#tell(key);
      if (event !== undefined) this.write(event);
    }
  }

  write({ id, type, data }: IdentifiedEvent): void {
    this.#send(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  keepAlive(): void {
    if (!this.#isFull) this.#send(': alive\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #send(text: string): void {
    if (this.#response.destroyed || this.#response.write(text)) return;
    this.#isFull = true;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#response.destroy(), PATIENCE_MS);
  }
}
