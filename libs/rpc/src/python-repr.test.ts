import { describe, expect, test } from 'vitest';
import { textRepr } from './python-repr.ts';

describe(textRepr, () => {
  // Right column: what Python 3.11's repr prints.
  test.for([
    ['k', "'k'"],
    ['', "''"],
    ["it's", '"it\'s"'],
    ['say "it\'s"', "'say \"it\\'s\"'"],
    ['a\\b', "'a\\\\b'"],
    ['one\ntwo\t\r', "'one\\ntwo\\t\\r'"],
    ['é😀', "'é😀'"],
    ['\u0000\u007f\u00a0\u00ad', "'\\x00\\x7f\\xa0\\xad'"],
    ['\u2028\u200b\ud800\ue000\u3000\u0378', "'\\u2028\\u200b\\ud800\\ue000\\u3000\\u0378'"],
    ['\u{e0001}', "'\\U000e0001'"],
  ] as const)('shows %j as Python does', ([text, shown]) => {
    expect(textRepr(text)).toBe(shown);
  });
});
