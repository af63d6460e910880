import { readPythonJson } from './python-json.ts';

/**
 * Parses JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` may stand as bare words, and integers beyond 2^53
 * become BigInt. Ordinary text takes the engine's parser.
 * @throws {SyntaxError} when the text is neither.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return readPythonJson(text);
  }
  return hasUnsafeInteger(value) ? readPythonJson(text) : value;
}

/** A number beyond 2^53 may have lost digits. Deep nesting is not searched: the careful parser refuses it anyway. */
function hasUnsafeInteger(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null || depth > deepestSearched) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (hasUnsafeInteger(item, depth + 1)) return true;
    return false;
  }
  for (const key in value) if (hasUnsafeInteger((value as Record<string, unknown>)[key], depth + 1)) return true;
  return false;
}

const deepestSearched = 1_000;

/**
 * Writes a value as JSON that Python reads: non-finite numbers as bare words, BigInt as digits, `undefined` as null.
 * @throws {TypeError} for cycles, as JSON.stringify.
 */
export function stringifyJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    if (!hasSpecialNumber(value, new Set())) throw error;
    return writeSpecial(value);
  }
  if (text === undefined) return 'null';
  // JSON.stringify turns NaN into null: only a text with more nulls than are known to be meant can have lost one.
  if (hasMore(text, 'null', topLevelNulls(value)) && hasSpecialNumber(value, new Set())) return writeSpecial(value);
  return text;
}

function topLevelNulls(value: unknown): number {
  let count = 0;
  if (typeof value === 'object' && value !== null) {
    for (const key in value) if ((value as Record<string, unknown>)[key] === null) count++;
  }
  return count;
}

function hasMore(text: string, word: string, times: number): boolean {
  let found = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (++found > times) return true;
  }
  return false;
}

function hasSpecialNumber(value: unknown, above: Set<object>): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null || above.has(value)) return false;
  above.add(value);
  const found = Object.values(value).some((item) => hasSpecialNumber(item, above));
  above.delete(value);
  return found;
}

/** JSON.stringify where each special number is marked by a text that cannot occur otherwise, then put in bare. */
function writeSpecial(value: unknown): string {
  const mark = `\u0000number:${Math.random().toString(36).slice(2)}:`;
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return `${mark}${item}`;
    if (typeof item === 'number' && !Number.isFinite(item)) return `${mark}${item}`;
    return item;
  });
  return text.replaceAll(new RegExp(`"${mark.replace('\u0000', '\\\\u0000')}(-?\\w+)"`, 'g'), '$1');
}
