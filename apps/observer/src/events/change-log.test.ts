import { expect, test } from 'vitest';
import { ChangeLog } from './change-log.ts';

test('a reader who was away asks for each key that changed since, in the order of the last changes', () => {
  const log = new ChangeLog(10);
  for (const key of ['a', 'b', 'c', 'a']) log.note(key);

  expect(log.after(0)).toEqual(['b', 'c', 'a']);
  expect(log.after(3)).toEqual(['a']);
  expect(log.after(4)).toEqual([]);
});

test('what was forgotten, and what was never told, cannot be gone on from', () => {
  const log = new ChangeLog(2);
  for (const key of ['a', 'b', 'c']) log.note(key);

  expect(log.after(0)).toBeUndefined();
  expect(log.after(1)).toEqual(['b', 'c']);
  expect(log.after(4)).toBeUndefined();
});
