const leastMs = 100;
const mostMs = 3_200;
/** So long without an occasion, and it begins anew. */
const forgetsMs = 5_000;

/** Allows something at growing intervals: at once, then after 0.1, 0.2, … 3.2 s. */
export class Pace {
  #dueMs = 0;
  #pauseMs = leastMs;

  /** True when it may be done now; the next time then has to wait. */
  take(): boolean {
    const nowMs = performance.now();
    if (nowMs < this.#dueMs) return false;
    this.#pauseMs = nowMs > this.#dueMs + forgetsMs ? leastMs : Math.min(this.#pauseMs * 2, mostMs);
    this.#dueMs = nowMs + this.#pauseMs;
    return true;
  }
}
