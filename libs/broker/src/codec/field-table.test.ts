import { describe, expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type Field, type FieldTable, plain, text } from './field-table.ts';
import { SyntaxFault } from './syntax-fault.ts';

const everyType: FieldTable = new Map<string, Field>([
  ['bool', { type: 't', value: true }],
  ['byte', { type: 'b', value: -5 }],
  ['unsigned byte', { type: 'B', value: 250 }],
  ['short', { type: 's', value: -300 }],
  ['unsigned short', { type: 'u', value: 65_000 }],
  ['int', { type: 'I', value: -70_000 }],
  ['unsigned int', { type: 'i', value: 4_000_000_000 }],
  ['long', { type: 'l', value: -(2 ** 40) }],
  ['longest', { type: 'l', value: 2n ** 62n }],
  ['float', { type: 'f', value: 0.5 }],
  ['double', { type: 'd', value: 0.1 }],
  ['decimal', { type: 'D', value: { places: 2, digits: 314 } }],
  ['text', text('é')],
  ['bytes', { type: 'x', value: Buffer.from([0, 255]) }],
  ['list', { type: 'A', value: [text('a'), { type: 'V', value: null }] }],
  ['time', { type: 'T', value: 1_700_000_000 }],
  ['table', { type: 'F', value: new Map([['inner', text('b')]]) }],
  ['void', { type: 'V', value: null }],
]);

function read(bytes: Buffer): FieldTable {
  return new ByteReader(bytes).table();
}

describe('a field table', () => {
  test('comes back as it was written, types and all', () => {
    expect(read(new ByteWriter().table(everyType).done())).toEqual(everyType);
  });

  test('can be read as plain values', () => {
    expect(plain(everyType)).toMatchObject({
      byte: -5,
      decimal: 3.14,
      text: 'é',
      list: ['a', null],
      table: { inner: 'b' },
    });
  });

  test('is refused wherever it is cut off', () => {
    const whole = new ByteWriter().table(everyType).done();
    for (let size = 0; size < whole.length; size += 1) {
      expect(() => read(whole.subarray(0, size)), `cut at ${size}`).toThrow(SyntaxFault);
    }
  });

  test('is refused when it is nested without end', () => {
    let nested: Field = { type: 'V', value: null };
    for (let depth = 0; depth < 1000; depth += 1) nested = { type: 'A', value: [nested] };
    const bytes = new ByteWriter().table(new Map([['a', nested]])).done();
    expect(() => read(bytes)).toThrow('nested too deeply');
  });
});
