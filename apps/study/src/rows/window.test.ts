import { describe, expect, test } from 'vitest';
import { rowsBetween, rowsInView } from './window.ts';

describe(rowsInView, () => {
  test.for([
    ['at the top', 0, { first: 0, end: 5 }],
    ['in the middle', 400, { first: 8, end: 15 }],
    ['at the end', 3_900, { first: 95, end: 100 }],
    ['beyond the end', 9_999, { first: 98, end: 100 }],
  ] as const)('%s', ([, top, stretch]) => {
    expect(rowsInView(top, 100, 40, 100, 2)).toEqual(stretch);
  });

  test('of no rows, none', () => {
    expect(rowsInView(0, 100, 40, 0)).toEqual({ first: 0, end: 0 });
  });
});

describe(rowsBetween, () => {
  const rows = [10, 20, 20, 35, 90].map((y) => ({ y }));

  test.for([
    [0, 100, { first: 0, end: 5 }],
    [20, 36, { first: 1, end: 4 }],
    [36, 80, { first: 4, end: 4 }],
    [91, 200, { first: 5, end: 5 }],
  ] as const)('from %i to %i', ([top, bottom, stretch]) => {
    expect(rowsBetween(rows, top, bottom)).toEqual(stretch);
  });
});
