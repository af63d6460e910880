import { expect, test } from 'vitest';
import { toScale } from './to-scale.ts';

const rows = (...times: readonly number[]) => times.map((t_ms, index) => ({ t_ms, y: 36 + index * 36 }));

test('a long wait is long, and what happens at once is a row apart', () => {
  expect(toScale(rows(0, 1, 2, 100)).map(({ y }) => y)).toEqual([36, 72, 108, 171]);
  expect(toScale(rows(0, 90, 91, 100)).map(({ y }) => y)).toEqual([36, 158, 194, 230]);
});

test.for([[rows()], [rows(5)], [rows(5, 5)]] as const)('%o: no time goes by, so nothing moves', ([still]) => {
  expect(toScale(still)).toEqual(still);
});
