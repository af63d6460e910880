import { describe, expect, test } from 'vitest';
import { Float, floatText, pythonJson } from './python-text.ts';

describe(pythonJson, () => {
  // Right column: what Python 3.11's json.dumps prints.
  test.for([
    [{ ok: true, result: [1, null, undefined] }, '{"ok": true, "result": [1, null, null]}'],
    [{}, '{}'],
    [[], '[]'],
    ['é😀\u007f\u2028\ud800', '"\\u00e9\\ud83d\\ude00\\u007f\\u2028\\ud800"'],
    ['"\\/\n\r\t\f\b\u0001', '"\\"\\\\/\\n\\r\\t\\f\\b\\u0001"'],
    [[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], '[NaN, Infinity, -Infinity]'],
    [2n ** 64n + 1n, '18446744073709551617'],
    [{ elapsed: new Float(1) }, '{"elapsed": 1.0}'],
    [JSON.parse('{"__proto__": 1}'), '{"__proto__": 1}'],
  ] as const)('writes %o as Python does', ([value, text]) => {
    expect(pythonJson(value)).toBe(text);
  });
});

describe(floatText, () => {
  test.for([
    [0, '0.0'],
    [-0, '-0.0'],
    [0.012, '0.012'],
    [1, '1.0'],
    [-120, '-120.0'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.5e-7, '1.5e-07'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [-1.25e100, '-1.25e+100'],
    [123456789.125, '123456789.125'],
  ] as const)('writes %d as %s', ([value, text]) => {
    expect(floatText(value)).toBe(text);
  });
});
