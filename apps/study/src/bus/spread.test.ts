import { expect, test } from 'vitest';
import { spread } from './spread.ts';

test.for([
  ['who has room stands where it wants', [0, 100, 50], [0, 100, 50]],
  ['who wants one place stands around it', [50, 50, 50], [40, 50, 60]],
  ['a crowd moves no more than it must', [0, 8, 100], [-1, 9, 100]],
  ['crowds that meet become one', [0, 1, 12, 13], [-8.5, 1.5, 11.5, 21.5]],
  ['nobody stands nowhere', [], []],
] as const)('%s', ([, wishes, places]) => {
  expect(spread(wishes, 10)).toEqual(places);
});
