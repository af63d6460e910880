import { describe, expect, test } from 'vitest';
import { until } from './until.ts';

describe(until, () => {
  test('returns what it was shown at last', async () => {
    const answers = [undefined, null, false, 0];
    expect(await until(() => answers.shift(), { everyMs: 1 })).toBe(0);
  });

  test('gives up with the name of what it waited for and the last error', async () => {
    const waiting = until(() => Promise.reject(new Error('not yet')), {
      withinMs: 10,
      everyMs: 1,
      what: 'a queue to fill',
    });
    await expect(waiting).rejects.toMatchObject({
      message: 'a queue to fill: not within 10 ms',
      cause: { message: 'not yet' },
    });
  });
});
