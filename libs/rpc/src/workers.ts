import type { Delivery } from './driver.ts';
import { Fifo } from './fifo.ts';
import type { Work } from './listening-server.ts';

/** Work on so many deliveries at a time; the others wait in the order in which they came. */
export class Workers implements Work {
  readonly #count: number;
  readonly #take: (delivery: Delivery) => void;
  readonly #waiting = new Fifo<Delivery>();
  readonly #idle = Promise.withResolvers<void>();
  #running = 0;
  #isHalted = false;

  /** `take` starts a delivery, which calls `begin` and in the end `release`; or is done with it at once. */
  constructor(count: number, take: (delivery: Delivery) => void) {
    this.#count = count;
    this.#take = take;
  }

  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  receive(delivery: Delivery): void {
    if (this.#isFree) this.#take(delivery);
    else this.#waiting.push(delivery);
  }

  begin(): void {
    this.#running++;
  }

  release(): void {
    this.#running--;
    while (this.#isFree) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#take(next);
    }
    this.#tellIdle();
  }

  halt(): void {
    this.#isHalted = true;
  }

  giveBack(): void {
    for (const delivery of this.#waiting.drain()) delivery.requeue();
    this.#tellIdle();
  }

  get #isFree(): boolean {
    return !this.#isHalted && this.#running < this.#count;
  }

  #tellIdle(): void {
    if (this.#isHalted && this.#running === 0) this.#idle.resolve();
  }
}
