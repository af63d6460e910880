import { type Clock, systemClock } from './clock.ts';
import type { Logger } from './logger.ts';

export interface PeriodicOptions {
  /** What the log calls it. */
  readonly name: string;
  /** From the end of one turn to the beginning of the next, so turns never overlap. */
  readonly intervalMs: number;
  /** Share of the interval by which each wait varies at random, 0 to 1: many services must not speak at once. Default 0. */
  readonly jitter?: number;
  /** First turn at once instead of after one interval. */
  readonly immediately?: boolean;
  readonly log: Logger;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** A task that comes back; disposing ends it and waits for the turn that is running. */
export interface Periodic extends AsyncDisposable {
  /** Begins the next turn now; resolves when it (or the one that is running) has ended. */
  trigger(): Promise<void>;
}

/**
 * Runs a task again and again until the signal aborts or it is disposed. A turn that fails is logged and the next one comes
 * all the same. The task's own signal aborts when it should end early.
 */
export function periodic(
  { name, intervalMs, jitter = 0, immediately = false, log, signal, clock = systemClock }: PeriodicOptions,
  task: (signal: AbortSignal) => Promise<void> | void,
): Periodic {
  const ending = new AbortController();
  const ended = signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]);
  let timer: Disposable | undefined;
  let running: Promise<void> | undefined;

  function schedule(): void {
    if (ended.aborted) return;
    timer = clock.after(intervalMs * (1 + jitter * (Math.random() * 2 - 1)), () => void turn());
  }

  function turn(): Promise<void> {
    if (running !== undefined || ended.aborted) return running ?? Promise.resolve();
    timer?.[Symbol.dispose]();
    running = runOnce().finally(() => {
      running = undefined;
      schedule();
    });
    return running;
  }

  async function runOnce(): Promise<void> {
    try {
      await task(ended);
    } catch (err) {
      if (!ended.aborted) log.error({ task: name, err }, 'periodic task failed');
    }
  }

  ended.addEventListener('abort', () => timer?.[Symbol.dispose](), { once: true });
  if (immediately) void turn();
  else schedule();

  return {
    trigger: turn,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}
