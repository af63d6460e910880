import type { Deadlines, Waiting } from './deadlines.ts';

/** Rings when a queue's oldest message expires, or when nobody has used the queue for its `x-expires`. */
export class QueueAlarm implements Waiting {
  readonly #deadlines: Deadlines;
  readonly #expiresMs: number | undefined;
  readonly #onRing: (nowMs: number) => void;
  #usedAt: number;
  #ringsAt = Number.POSITIVE_INFINITY;

  constructor(deadlines: Deadlines, expiresMs: number | undefined, onRing: (nowMs: number) => void) {
    this.#deadlines = deadlines;
    this.#expiresMs = expiresMs;
    this.#onRing = onRing;
    this.#usedAt = deadlines.now();
  }

  /** On the clock of the deadlines; infinite while it is not set. */
  get ringsAt(): number {
    return this.#ringsAt;
  }

  /** Somebody used the queue: its `x-expires` starts anew. */
  touch(): void {
    if (this.#expiresMs !== undefined) this.#usedAt = this.#deadlines.now();
  }

  /** Nobody used the queue for its `x-expires`; having consumers is using it, too, which only the queue knows. */
  isForgotten(now: number): boolean {
    return this.#expiresMs !== undefined && this.#usedAt + this.#expiresMs <= now;
  }

  /** To be set again after it rang; setting it to a later moment changes nothing. */
  set(headExpiresAt: number, hasConsumers: boolean): void {
    const expiresMs = hasConsumers ? undefined : this.#expiresMs;
    const own = expiresMs === undefined ? Number.POSITIVE_INFINITY : this.#usedAt + expiresMs;
    const at = Math.min(headExpiresAt, own);
    if (at >= this.#ringsAt) return;
    this.#ringsAt = at;
    this.#deadlines.add(at, this);
  }

  onDeadline(now: number): void {
    this.#ringsAt = Number.POSITIVE_INFINITY;
    this.#onRing(now);
  }
}
