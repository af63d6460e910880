/** Ctrl-C reaches a program twice within a moment when it runs under npm: from the terminal, and handed on by npm. */
const SAME_WISH_MS = 300;

/**
 * The wish that this program ends: SIGINT (Ctrl-C), SIGTERM or SIGHUP (the terminal is closed), or nobody reading what it
 * prints any more. Aborts with the reason; `again` is called for the second wish, of somebody who will not wait.
 */
export function endingSignal(again: () => void): AbortSignal {
  const ending = new AbortController();
  let firstMs = 0;
  const wish = (what: string) => {
    if (!ending.signal.aborted) {
      firstMs = performance.now();
      ending.abort(new Error(what));
    } else if (performance.now() - firstMs > SAME_WISH_MS) again();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, wish);
  process.stdout.on('error', () => wish('closed output'));
  return ending.signal;
}
