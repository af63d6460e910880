import { describe, expect, test } from 'vitest';
import { patternFault } from './name-pattern.ts';

describe(patternFault, () => {
  test.for(['web', '^web-[0-9]+$', 'a|b', '(web|db)-1', 'vm.*', '', '^\\w+\\.example$', 'a?b?c?', '[*+]{2}'])(
    '%s may be searched for',
    (pattern) => {
      expect(patternFault(pattern)).toBeUndefined();
    },
  );

  test.for([
    ['(', "is not a 'regex'"],
    ['(a+)+$', 'repeats too much'],
    ['(a|a)*b', 'repeats too much'],
    ['(a)\\1', 'repeats too much'],
    ['.*.*.*.*x', 'repeats too much'],
    ['(?=a)b', 'repeats too much'],
    ['x'.repeat(256), 'is too long'],
  ] as const)('%s is refused', ([pattern, why]) => {
    expect(patternFault(pattern)).toContain(why);
  });
});
