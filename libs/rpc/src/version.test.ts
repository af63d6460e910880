import { describe, expect, test } from 'vitest';
import { compatible, parseVersion } from './version.ts';

describe(compatible, () => {
  test.for([
    [null, '1.0', true],
    [undefined, undefined, true],
    ['1.0', null, false],
    ['1.5', '1.5', true],
    ['1.5', '1.4', true],
    ['1.5', '1.6', false],
    ['1.10', '1.9', true],
    ['1.9', '1.10', false],
    ['1.5', '1.4.9', true],
    ['1.5', '1.5.1', false],
    ['1.5.2', '1.5.1', true],
    ['2.0', '1.0', false],
    ['1.5', '1.4.3.x', true],
    ['1.0', '2.0', false],
  ] as const)('an endpoint of version %s serves %s: %s', ([implemented, requested, expected]) => {
    expect(compatible(implemented, requested)).toBe(expected);
  });

  test.for(['1', 'a.b', '1.x', '', '1.2.x.4', '-1.0'])('%j is no version', (text) => {
    expect(() => parseVersion(text)).toThrow(RangeError);
  });
});
