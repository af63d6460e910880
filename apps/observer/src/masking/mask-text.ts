import { endOfContent, endOfNested, unitAt } from './nested-json.ts';
import { MASK, secretNameSearch } from './secret-names.ts';

/**
 * The text without the values of secret names: JSON at any depth of texts within texts, whole or cut, and what looks like a
 * name with a value in whatever else it is (`password=x`, `'token': 'x'`, `<secret>x`). Valid JSON stays valid. A text in which
 * no secret name stands comes back as it is, for the price of one look.
 */
export function maskText(text: string): string {
  const plain = text.includes('\\u00') ? text.replace(ESCAPED_LETTER, letterOf) : text;
  const search = secretNameSearch();
  let masked = '';
  let from = 0;
  for (let found = search.exec(plain); found !== null; found = search.exec(plain)) {
    const secret = secretAfter(plain, nameEnd(plain, search.lastIndex));
    if (secret === undefined) continue;
    masked += plain.slice(from, secret.start) + secret.mask;
    from = secret.end;
    search.lastIndex = secret.end;
  }
  if (from === 0) return plain;
  FORGET.test(''); // else the engine remembers the text of the last match, secret and all, as RegExp.input
  return masked + plain.slice(from);
}

const FORGET = /^/;

/** What is hidden, and what stands there then. */
interface Secret {
  readonly start: number;
  readonly end: number;
  readonly mask: string;
}

/** JSON lets a name hide in escapes: `auth\u005ftoken`. Quotes and backslashes stay as they are. */
const ESCAPED_LETTER = /\\+u00(2[013-9a-f]|[346][0-9a-f]|5[0-9abd-f]|7[0-9a-e])/gi;
const letterOf = (_escape: string, code: string) => String.fromCharCode(Number.parseInt(code, 16));

function nameEnd(text: string, from: number): number {
  NAME_REST.lastIndex = from;
  return NAME_REST.test(text) ? NAME_REST.lastIndex : from;
}

const NAME_REST = /[\w.-]+/y;
const JSON_COLON = /(\\*)"\s*:\s*/y;
const JSON_SCALAR = /[^\s,}\]"\\]+/y;
const KEPT_SCALAR = /^(?:null|true|false)$/;
/** `'name': u'value'` of Python's repr, and the same with double quotes inside of single ones. */
const REPR = /\\*'\s*[:,=]\s*(?:[bu]?(\\*')([^'\\]*)|([^\s,;&"'\\<>)}\]]+))/y;
const LOOSE = /\s*[=:>]\s*['"]?(?:(?:bearer|basic|digest)\s+)?([^\s,;&"'\\<>)}\]]+)/iy;

function secretAfter(text: string, end: number): Secret | undefined {
  JSON_COLON.lastIndex = end;
  if (JSON_COLON.test(text)) return jsonSecret(text, text.indexOf('"', end), JSON_COLON.lastIndex);
  return matched(REPR, text, end) ?? matched(LOOSE, text, end);
}

function jsonSecret(text: string, quote: number, start: number): Secret | undefined {
  const unit = unitAt(text, quote);
  const open = start + unit - 1;
  const slashes = '\\'.repeat(unit - 1);
  if (text[open] === '"' && text.slice(start, open) === slashes) {
    const end = endOfContent(text, open + 1, unit);
    return end === open + 1 ? undefined : { start: open + 1, end, mask: MASK };
  }
  const mask = `${slashes}"${MASK}${slashes}"`;
  if (text[start] === '{' || text[start] === '[') return { start, end: endOfNested(text, start, unit), mask };
  JSON_SCALAR.lastIndex = start;
  const [scalar] = JSON_SCALAR.exec(text) ?? [];
  return scalar === undefined || KEPT_SCALAR.test(scalar) ? undefined : { start, end: start + scalar.length, mask };
}

/** The last group that took part is the value, and it stands at the end of the match. */
function matched(form: RegExp, text: string, end: number): Secret | undefined {
  form.lastIndex = end;
  const found = form.exec(text);
  const value = found?.slice(1).findLast((group) => group !== undefined);
  if (found === null || value === undefined || value === '' || KEPT_VALUE.test(value)) return undefined;
  return { start: form.lastIndex - value.length, end: form.lastIndex, mask: MASK };
}

const KEPT_VALUE = /^(?:null|true|false|None|True|False)$/;
