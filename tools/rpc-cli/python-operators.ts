import { ValueError } from '@novasim/rpc';

/** What Python calls the type of a value that came as JSON. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'str';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'bigint':
      return 'int';
    default:
      return 'dict';
  }
}

/** Python's `a + b` for what JSON can hold. @throws {TypeError} in Python's words */
export function add(a: unknown, b: unknown): unknown {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  const [left, right] = [asNumber(a), asNumber(b)];
  if (left !== undefined && right !== undefined) return sum(left, right);
  if (typeof a === 'string' || Array.isArray(a)) {
    throw new TypeError(`can only concatenate ${typeName(a)} (not "${typeName(b)}") to ${typeName(a)}`);
  }
  throw new TypeError(`unsupported operand type(s) for +: '${typeName(a)}' and '${typeName(b)}'`);
}

/** Python's `len(value)`: code points, items or keys. @throws {TypeError} in Python's words */
export function length(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new TypeError(`object of type '${typeName(value)}' has no len()`);
}

/** Python's `text * times`. @throws {TypeError} in Python's words */
export function repeated(text: string, times: unknown): string {
  const count = typeof times === 'boolean' ? Number(times) : times;
  if (typeof count !== 'number' || !Number.isInteger(count)) {
    throw new TypeError(`can't multiply sequence by non-int of type '${typeName(times)}'`);
  }
  return text.repeat(Math.max(0, count));
}

/** Python's `range(count)` as an array. @throws {TypeError} in Python's words */
export function range(count: unknown): number[] {
  return Array.from({ length: Math.max(0, wholeNumber(count)) }, (_, index) => index);
}

/** What Python's `time.sleep` takes, in milliseconds. @throws {TypeError} {@link ValueError} in Python's words */
export function sleepMs(seconds: unknown): number {
  const given = asNumber(seconds);
  const ms = typeof given === 'number' && !Number.isInteger(given) ? given * 1_000 : wholeNumber(seconds) * 1_000;
  if (Number.isNaN(ms)) throw new ValueError('Invalid value NaN (not a number)');
  if (ms < 0) throw new ValueError('sleep length must be non-negative');
  return ms;
}

/** Python's `str(value)` for what an exception is made of. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function wholeNumber(value: unknown): number {
  const given = asNumber(value);
  if (given === undefined || (typeof given === 'number' && !Number.isInteger(given))) {
    throw new TypeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  }
  return Number(given);
}

function asNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}

/** Integers keep all their digits; with a float the sum is one. */
function sum(a: number | bigint, b: number | bigint): number | bigint {
  const isExact = [a, b].every((each) => typeof each === 'bigint' || Number.isSafeInteger(each));
  if (!isExact) return Number(a) + Number(b);
  const exact = BigInt(a) + BigInt(b);
  return exact >= Number.MIN_SAFE_INTEGER && exact <= Number.MAX_SAFE_INTEGER ? Number(exact) : exact;
}
