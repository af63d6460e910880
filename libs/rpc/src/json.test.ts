import { describe, expect, test } from 'vitest';
import { parseJson, stringifyJson } from './json.ts';

describe(parseJson, () => {
  test.for([
    ['[NaN, Infinity, -Infinity]', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['{"a": NaN, "b": "NaN"}', { a: Number.NaN, b: 'NaN' }],
    ['18446744073709551617', 18446744073709551617n],
    ['-9007199254740993', -9007199254740993n],
    ['[9007199254740991, 1234567890123456.5, 1e+100, 5e-324]', [9007199254740991, 1234567890123456.5, 1e100, 5e-324]],
    ['{"id": "1234567890123456", "n": 1}', { id: '1234567890123456', n: 1 }],
    [' { "a" : [ ] , "b" : { } } ', { a: [], b: {} }],
    ['"\\ud800 \\u00e9 \\n NaN"', '\ud800 é \n NaN'],
    ['[true, false, null, -0.5, NaN]', [true, false, null, -0.5, Number.NaN]],
  ] as const)('reads %s', ([text, value]) => {
    expect(parseJson(text)).toEqual(value);
  });

  test('a key __proto__ is an ordinary key in both parsers', () => {
    for (const text of ['{"__proto__": {"x": 1}}', '{"__proto__": {"x": 1}, "n": NaN}']) {
      const object = parseJson(text) as object;
      expect(Object.hasOwn(object, '__proto__')).toBe(true);
      expect((object as { x?: number }).x).toBeUndefined();
    }
  });

  test.for(['', '{', '[1,]', '{"a" 1}', 'nan', '[NaN', '01', '"a\nb"', '{"a": NaN} x', '+1', '--1', '[1 2]'])(
    '%j is not JSON',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  test('nesting without end is refused, not a crash', () => {
    expect(() => parseJson(`NaN${'['.repeat(100_000)}`)).toThrow(SyntaxError);
    expect(() => parseJson('[NaN,'.repeat(100_000))).toThrow(/nested deeper/);
  });

  test('a long string with a big number beside it is read', () => {
    const long = 'é"\\'.repeat(300_000);
    expect(parseJson(`[${JSON.stringify(long)}, 18446744073709551617]`)).toEqual([long, 18446744073709551617n]);
  });
});

describe(stringifyJson, () => {
  test.for([
    ['[NaN,Infinity,-Infinity,null]', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null]],
    ['{"n":18446744073709551617,"s":"\\u0000number"}', { n: 2n ** 64n + 1n, s: '\u0000number' }],
    ['{"b":[null]}', { a: undefined, b: [undefined] }],
    ['null', undefined],
    ['"\\ud800"', '\ud800'],
  ] as const)('writes %s', ([text, value]) => {
    expect(stringifyJson(value)).toBe(text);
  });

  test('a cycle is a TypeError', () => {
    const cycle: Record<string, unknown> = { n: null };
    cycle['self'] = cycle;
    expect(() => stringifyJson(cycle)).toThrow(TypeError);
  });
});
