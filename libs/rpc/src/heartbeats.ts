import { longestTimerMs } from './timer-limit.ts';

/**
 * Sends heartbeats while a monitored call runs: every half of the client's timeout, of which only whole seconds count;
 * none when that is less than a second. Stops by itself when one cannot be delivered. Returns what stops it.
 */
export function startHeartbeats(monitorTimeout: unknown, beat: () => Promise<void>): () => void {
  // Text counts too, as in Python; of an object with a `valueOf` that is data `Number` would throw.
  const seconds = typeof monitorTimeout === 'object' ? 0 : Math.trunc(Number(monitorTimeout ?? 0));
  if (!Number.isFinite(seconds) || seconds < 2) return () => {};
  let isSending = false;
  const send = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    try {
      await beat();
      isSending = false;
    } catch {
      clearInterval(timer);
    }
  };
  const timer = setInterval(() => void send(), Math.min((seconds / 2) * 1_000, longestTimerMs)); // never rejects
  return () => clearInterval(timer);
}
