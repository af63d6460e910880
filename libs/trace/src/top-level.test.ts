import { describe, expect, test } from 'vitest';
import { readText, topLevel } from './top-level.ts';

/** What the scanner finds, read; to be compared with what JSON.parse reads. */
function read(text: string): unknown {
  const fields = topLevel(text);
  return fields === undefined ? undefined : Object.fromEntries([...fields].map(([key, raw]) => [key, JSON.parse(raw)]));
}

describe(topLevel, () => {
  const values = [
    {},
    { a: 1, b: null, c: true, d: -1.5e3, e: '' },
    { text: 'with "quotes", {braces}, [brackets], \\ and \\" too', next: 1 },
    { nested: { method: 'not this', list: [1, { deep: ['}', ']', '"'] }] }, method: 'this' },
    { 'oslo.message': JSON.stringify({ method: 'm', args: { s: JSON.stringify({ x: '\\"' }) } }) },
    { ü: '日本 \u2028 \u0001', emoji: '🙂' },
    { list: [], empty: {}, last: [[[]]] },
  ];

  test.for(values)('finds in %j what JSON.parse does, however it is spaced', (value) => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2), ` ${JSON.stringify(value)}\n`]) {
      expect(read(text)).toEqual(value);
    }
    expect(read(JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "'))).toBeDefined();
  });

  test.for(['', '[]', '"text"', '1', 'null', 'not json'])('%s is no object', (text) => {
    expect(topLevel(text)).toBeUndefined();
  });

  test('a text cut anywhere yields what stands before the cut, and never throws', () => {
    const text = JSON.stringify({ method: 'echo', args: { a: ['\\', '"'] }, _unique_id: 'u-1' });
    for (let end = 0; end <= text.length; end++) {
      const fields = topLevel(text.slice(0, end));
      const method = readText(fields?.get('method'));
      if (method !== undefined) expect('echo'.startsWith(method)).toBe(true);
      if (end >= text.indexOf('args')) expect(method).toBe('echo');
    }
  });
});

describe(readText, () => {
  test.for([
    ['"a\\"b"', 'a"b'],
    ['"cut', 'cut'],
    ['"cut\\', 'cut'],
    ['"cut\\u00', 'cut'],
    ['""', ''],
    ['12', undefined],
    ['null', undefined],
  ] as const)('%s is %j', ([raw, text]) => {
    expect(readText(raw)).toBe(text);
  });
});
