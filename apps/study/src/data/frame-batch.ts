/** Gathers what comes in and hands it on once a frame, so that a thousand events a second cost sixty updates. */
export function frameBatch<T>(
  flush: (items: readonly T[]) => void,
  soon: (run: () => void) => void = nextFrame,
): (item: T) => void {
  let waiting: T[] = [];
  return (item) => {
    waiting.push(item);
    if (waiting.length > 1) return;
    soon(() => {
      const items = waiting;
      waiting = [];
      flush(items);
    });
  };
}

/** A page in the background gets no frames: there a second goes by, so that nothing piles up. */
function nextFrame(run: () => void): void {
  let isDone = false;
  const once = () => {
    if (isDone) return;
    isDone = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, 1_000);
}
