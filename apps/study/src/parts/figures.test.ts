import { expect, test } from 'vitest';
import { clock, counted, duration } from './figures.ts';

test.for([
  [0, '0 ms'],
  [0.4, '0.4 ms'],
  [9.94, '9.9 ms'],
  [261.7, '262 ms'],
  [1_250, '1.25 s'],
  [185_000, '3 min 5 s'],
] as const)('%d ms are %s', ([ms, text]) => {
  expect(duration(ms)).toBe(text);
});

test('a time of the day has its milliseconds', () => {
  expect(clock(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
});

test('one hop is no hops', () => {
  expect([counted(1, 'hop'), counted(2, 'hop'), counted(1_200, 'hop')]).toEqual(['1 hop', '2 hops', '1,200 hops']);
});
