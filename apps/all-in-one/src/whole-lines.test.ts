import { expect, test } from 'vitest';
import { WholeLines } from './whole-lines.ts';

test('lines come whole, whatever the pieces in which they arrive', () => {
  const lines = new WholeLines();

  expect(['one\ntw', 'o', '\nthree\nfour\nfi', 've'].map((piece) => lines.push(piece))).toEqual([
    'one\n',
    '',
    'two\nthree\nfour\n',
    '',
  ]);
  expect([lines.end(), lines.end()]).toEqual(['five\n', '']);
});
