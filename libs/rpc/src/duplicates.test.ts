import { describe, expect, test } from 'vitest';
import { Duplicates } from './duplicates.ts';

describe(Duplicates, () => {
  test('an id is a twin while it is among the last 2,048', () => {
    const duplicates = new Duplicates();
    expect(duplicates.isTwin('first')).toBe(false);
    for (let n = 1; n < 2_048; n++) duplicates.isTwin(`other-${n}`);
    expect(duplicates.isTwin('first')).toBe(true);
    duplicates.isTwin('one more');
    expect(duplicates.isTwin('first')).toBe(false);
  });

  test('messages without id are never twins', () => {
    const duplicates = new Duplicates();
    expect([duplicates.isTwin(undefined), duplicates.isTwin(undefined)]).toEqual([false, false]);
  });
});
