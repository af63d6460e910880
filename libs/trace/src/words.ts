/** How long, as people say it: `150 ms`, `2.5 s`, `3 min`. */
export function inWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}

/** Time of day, UTC: `12:00:04`. */
export function clock(at_ms: number): string {
  return Number.isFinite(at_ms) && Math.abs(at_ms) < LAST_DATE_MS ? new Date(at_ms).toISOString().slice(11, 19) : '?';
}

/** Beyond this there are no dates. */
const LAST_DATE_MS = 8.64e15;

/** From one time to another, in ms; taps are not finer than a tenth. */
export function msSince(start_ms: number, at_ms: number): number {
  return Math.round((at_ms - start_ms) * 10) / 10;
}
