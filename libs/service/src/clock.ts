/** Time, as whatever waits asks for it, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` once after `ms`; disposing before that forgets it. */
  after(ms: number, task: () => void): Disposable;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

export interface ManualClock extends Clock {
  /** Moves on; everything that falls due runs, in order of its time. */
  advance(ms: number): void;
}

/** A clock that stands still until it is moved. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<{ readonly dueMs: number; readonly task: () => void }>();
  return {
    now: () => nowMs,
    after(ms, task) {
      const entry = { dueMs: nowMs + ms, task };
      waiting.add(entry);
      return { [Symbol.dispose]: () => waiting.delete(entry) };
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...waiting].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > untilMs) break;
        waiting.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.task();
      }
      nowMs = untilMs;
    },
  };
}
