import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paced } from './paced.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('nudges during a run make one more run, after a rest as long as the run', async () => {
  const begun: number[] = [];
  const start = performance.now();
  const nudge = paced(async () => {
    begun.push(performance.now() - start);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  });

  nudge();
  nudge();
  nudge();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toEqual([0, 200]);

  nudge();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toEqual([0, 200, 1_000]);
});
