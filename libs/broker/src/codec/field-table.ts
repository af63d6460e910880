import { SyntaxFault } from './syntax-fault.ts';

/**
 * A field with the type letter it had on the wire. RabbitMQ names the type in its answers ("received the value '5' of type 'byte'")
 * and a table that is passed on must be passed on as it came, so the letter is kept. `S` and `x` hold bytes: AMQP does not promise UTF-8.
 */
export type Field =
  | { readonly type: 't'; readonly value: boolean }
  | { readonly type: 'b' | 'B' | 's' | 'u' | 'I' | 'i' | 'f' | 'd'; readonly value: number }
  | { readonly type: 'l' | 'T'; readonly value: number | bigint }
  | { readonly type: 'D'; readonly value: { readonly places: number; readonly digits: number } }
  | { readonly type: 'S' | 'x'; readonly value: Buffer }
  | { readonly type: 'A'; readonly value: readonly Field[] }
  | { readonly type: 'F'; readonly value: FieldTable }
  | { readonly type: 'V'; readonly value: null };

export type FieldTable = ReadonlyMap<string, Field>;

/** What a field table looks like to whoever only wants to read it. */
export type PlainValue =
  | boolean
  | number
  | bigint
  | string
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** RabbitMQ's names of the types, as they stand in its error texts (rabbit_misc, rabbit_binary_parser). */
export const typeNames: Readonly<Record<Field['type'], string>> = {
  t: 'bool',
  b: 'byte',
  B: 'unsignedbyte',
  s: 'short',
  u: 'unsignedshort',
  I: 'signedint',
  i: 'unsignedint',
  f: 'float',
  d: 'double',
  l: 'long',
  T: 'timestamp',
  D: 'decimal',
  S: 'longstr',
  x: 'binary',
  A: 'array',
  F: 'table',
  V: 'void',
};

export const emptyTable: FieldTable = new Map();

export function text(value: string): Field {
  return { type: 'S', value: Buffer.from(value) };
}

export function int(value: number): Field {
  return { type: 'I', value };
}

export function long(value: number): Field {
  return { type: 'l', value };
}

export function bool(value: boolean): Field {
  return { type: 't', value };
}

export function table(entries: Iterable<readonly [string, Field]>): Field {
  return { type: 'F', value: new Map(entries) };
}

export function texts(values: Iterable<string>): Field {
  return { type: 'A', value: Array.from(values, text) };
}

/** The text of a long string field, else undefined. */
export function asText(field: Field | undefined): string | undefined {
  return field?.type === 'S' ? field.value.toString() : undefined;
}

/** The number of an integer field of any width, else undefined. */
export function asInteger(field: Field | undefined): number | undefined {
  if (field === undefined || !'bBsuIil'.includes(field.type)) return undefined;
  return Number(field.value);
}

/** @throws {SyntaxFault} when the bytes are no table. */
export function readTable(bytes: Buffer, start: number, end: number): FieldTable {
  if (start === end) return emptyTable;
  const entries = new Map<string, Field>();
  const cursor = { bytes, at: start, end };
  while (cursor.at < end) {
    const length = take(cursor, 1);
    const nameAt = take(cursor, bytes[length] as number);
    const name = bytes.toString('utf8', nameAt, cursor.at);
    entries.set(name, readField(cursor, 0));
  }
  return entries;
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/** Moves the cursor over `size` bytes and says where they begin. */
function take(cursor: Cursor, size: number): number {
  const at = cursor.at;
  if (at + size > cursor.end) throw new SyntaxFault('field table ends too early');
  cursor.at = at + size;
  return at;
}

/** Deeper nesting than any client sends; without a bound a few kilobytes of `F` would exhaust the stack. */
const maxDepth = 64;

function readField(cursor: Cursor, depth: number): Field {
  if (depth > maxDepth) throw new SyntaxFault('field table is nested too deeply');
  const { bytes } = cursor;
  const type = String.fromCharCode(bytes[take(cursor, 1)] as number);
  switch (type) {
    case 't':
      return { type, value: bytes[take(cursor, 1)] !== 0 };
    case 'b':
      return { type, value: bytes.readInt8(take(cursor, 1)) };
    case 'B':
      return { type, value: bytes.readUInt8(take(cursor, 1)) };
    case 's':
      return { type, value: bytes.readInt16BE(take(cursor, 2)) };
    case 'u':
      return { type, value: bytes.readUInt16BE(take(cursor, 2)) };
    case 'I':
      return { type, value: bytes.readInt32BE(take(cursor, 4)) };
    case 'i':
      return { type, value: bytes.readUInt32BE(take(cursor, 4)) };
    case 'f':
      return { type, value: bytes.readFloatBE(take(cursor, 4)) };
    case 'd':
      return { type, value: bytes.readDoubleBE(take(cursor, 8)) };
    case 'l':
      return { type, value: narrowed(bytes.readBigInt64BE(take(cursor, 8))) };
    case 'T':
      return { type, value: narrowed(bytes.readBigUInt64BE(take(cursor, 8))) };
    case 'D':
      return {
        type,
        value: { places: bytes.readUInt8(take(cursor, 1)), digits: bytes.readUInt32BE(take(cursor, 4)) },
      };
    case 'S':
    case 'x': {
      const at = take(cursor, bytes.readUInt32BE(take(cursor, 4)));
      return { type, value: bytes.subarray(at, cursor.at) };
    }
    case 'A': {
      const at = take(cursor, bytes.readUInt32BE(take(cursor, 4)));
      const inner = { bytes, at, end: cursor.at };
      const items: Field[] = [];
      while (inner.at < inner.end) items.push(readField(inner, depth + 1));
      return { type, value: items };
    }
    case 'F': {
      const at = take(cursor, bytes.readUInt32BE(take(cursor, 4)));
      const inner = { bytes, at, end: cursor.at };
      const entries = new Map<string, Field>();
      while (inner.at < inner.end) {
        const length = take(inner, 1);
        const nameAt = take(inner, bytes[length] as number);
        const name = bytes.toString('utf8', nameAt, inner.at);
        entries.set(name, readField(inner, depth + 1));
      }
      return { type, value: entries };
    }
    case 'V':
      return { type, value: null };
    default:
      throw new SyntaxFault(`field table has a field of unknown type ${JSON.stringify(type)}`);
  }
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Numbers, texts, lists and objects as JavaScript has them; bytes are read as UTF-8. */
export function plain(fields: FieldTable): { readonly [key: string]: PlainValue } {
  return Object.fromEntries(Array.from(fields, ([key, field]) => [key, plainValue(field)]));
}

function plainValue(field: Field): PlainValue {
  switch (field.type) {
    case 'S':
    case 'x':
      return field.value.toString();
    case 'A':
      return field.value.map(plainValue);
    case 'F':
      return plain(field.value);
    case 'D':
      return field.value.digits / 10 ** field.value.places;
    default:
      return field.value;
  }
}
