import { readPythonJson } from './python-json.ts';

/** Digits that a double may not hold: only then is the slow parser needed to keep them all. */
const longDigits = /\d{16}/;

/**
 * Parses JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` may stand as bare words, and integers beyond 2^53
 * become BigInt. Ordinary text takes the engine's parser.
 * @throws {SyntaxError} when the text is neither.
 */
export function parseJson(text: string): unknown {
  if (longDigits.test(text)) return readPythonJson(text);
  try {
    return JSON.parse(text);
  } catch {
    return readPythonJson(text);
  }
}

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
  // JSON.stringify turns NaN into null: only a text with a null in it can have lost one.
  if (text.includes('null') && hasSpecialNumber(value, new Set())) return writeSpecial(value);
  return text;
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
