import { setTimeout } from 'node:timers/promises';

/** Waits `ms`. @throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return;
  try {
    await setTimeout(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted(); // the reason of whoever aborted says more than the timer's AbortError
    throw error;
  }
}
