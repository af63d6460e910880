import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds before giving up. Default 5000. */
  readonly withinMs?: number;
  /** Milliseconds between two looks. Default 10. */
  readonly everyMs?: number;
  /** What is waited for, for the error. */
  readonly what?: string;
}

/**
 * Looks again and again until `look` gives something other than undefined, null or false, and returns that. For what sends no event;
 * where there is one, wait for the event.
 *
 * @throws when the deadline passes; an error that `look` threw last is the cause
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { withinMs = 5000, everyMs = 10, what = 'the condition' }: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) {
        // The three values that Exclude takes away were just ruled out.
        return seen as Exclude<T, undefined | null | false>;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
    await pause(everyMs);
  }
}
