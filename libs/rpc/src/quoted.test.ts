import { describe, expect, test } from 'vitest';
import { quote, unquote } from './quoted.ts';

const long = 'x'.repeat(3_000);

describe('a long JSON text in quotes is what JSON.stringify makes of it', () => {
  test.for([
    ['few quotes', { a: long }],
    ['many quotes', Array.from({ length: 500 }, () => 'a')],
    ['backslashes', { a: `${long}\\n"` }],
    ['beyond ASCII', { a: `${long}é\u2028😀\ud800` }],
  ] as const)('%s', ([, value]) => {
    const json = JSON.stringify(value);
    const quoted = quote(json);

    expect(quoted).toBe(JSON.stringify(json));
    expect([json, undefined]).toContain(unquote(quoted.slice(1, -1)));
  });
});

describe('what is inside of no one string is left to the parser', () => {
  test.for([
    ['a quote in between', `${long}", "x": "${long}`],
    ['a backslash before the quote that ends it', `${long}\\\\", "x": "${long}`],
    ['an escape', `${long}\\u0041`],
  ] as const)('%s', ([, inside]) => {
    expect(unquote(inside)).toBeUndefined();
  });
});

test('few quotes are read without the parser', () => {
  expect(unquote(`{\\"a\\": \\"${long}\\"}`)).toBe(`{"a": "${long}"}`);
});
