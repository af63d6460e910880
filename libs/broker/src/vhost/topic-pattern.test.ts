import { describe, expect, test } from 'vitest';
import { compileTopic, isPattern, splitKey } from './topic-pattern.ts';

describe(compileTopic, () => {
  test.for([
    ['#', '', true],
    ['#', 'a.b.c', true],
    ['*', '', false],
    ['*', 'a', true],
    ['*', 'a.b', false],
    ['a.#', 'a', true],
    ['a.#', 'b', false],
    ['#.c', 'a.b.c', true],
    ['#.c', 'c.a', false],
    ['a.#.c', 'a.c', true],
    ['a.#.c', 'a.c.c.b', false],
    ['a.#.b.#.c', 'a.x.b.y.b.z.c', true],
    ['*.#.*', 'a', false],
    ['*.#.*', 'a.b', true],
    ['#.#', 'a', true],
    ['a.*', 'a.', true],
  ] as const)('%s and the key %j', ([pattern, key, isFitting]) => {
    expect(compileTopic(pattern)(splitKey(key))).toBe(isFitting);
  });

  test('stays quick with patterns made to be slow', () => {
    const pattern = compileTopic(`${'#.a.'.repeat(40)}b`);
    const words = splitKey(Array.from({ length: 120 }, () => 'a').join('.'));
    const started = performance.now();
    expect(pattern(words)).toBe(false);
    expect(performance.now() - started).toBeLessThan(100);
  });

  test('is asked only for keys with a wildcard in them', () => {
    expect(['compute.host1', '', 'compute.*', '#'].map(isPattern)).toEqual([false, false, true, true]);
  });
});
