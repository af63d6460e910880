import { describe, expect, test } from 'vitest';
import { Deadlines } from './deadlines.ts';

describe(Deadlines, () => {
  test('tells each in the order of its moment, whatever the order of asking', async () => {
    using deadlines = new Deadlines();
    const now = deadlines.now();
    const told: number[] = [];
    const moments = [30, 5, 20, 1, 25, 5, 10];
    await new Promise<void>((resolve) => {
      for (const moment of moments) {
        deadlines.add(now + moment, {
          onDeadline(at) {
            expect(at).toBeGreaterThanOrEqual(now + moment);
            told.push(moment);
            if (told.length === moments.length) resolve();
          },
        });
      }
    });
    expect(told).toEqual(moments.toSorted((a, b) => a - b));
  });
});
