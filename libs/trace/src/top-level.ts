/**
 * The raw texts of an object's own values, found without reading what is nested in them: a tap sees thousands of messages a
 * second and wants six fields of each. Undefined where the text is no object. A text that was cut yields what stands before
 * the cut. Texts are slices of the whole: keep what `readText` makes of them, not them.
 */
export function topLevel(text: string): ReadonlyMap<string, string> | undefined {
  let at = skipBlank(text, 0);
  if (text.charCodeAt(at) !== BRACE) return undefined;
  const fields = new Map<string, string>();
  at = skipBlank(text, at + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(text, at);
    const colon = skipBlank(text, keyEnd);
    if (text.charCodeAt(colon) !== COLON) break;
    const start = skipBlank(text, colon + 1);
    const end = endOfValue(text, start);
    fields.set(text.slice(at + 1, keyEnd - 1), text.slice(start, end));
    at = skipBlank(text, end);
    if (text.charCodeAt(at) !== COMMA) break;
    at = skipBlank(text, at + 1);
  }
  return fields;
}

/** A raw value that is a text, as a string of its own; undefined for whatever else. One that was cut is read up to there. */
export function readText(raw: string | undefined): string | undefined {
  if (raw === undefined || raw.charCodeAt(0) !== QUOTE) return undefined;
  return parsed(raw) ?? parsed(`${raw.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, '')}"`);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const BRACE = 0x7b;
const UNBRACE = 0x7d;

function parsed(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined; // cut or garbage: what is not said is not known
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Index behind the closing quote of the string that opens at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function endOfValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return endOfString(text, from);
  if (first === BRACE || first === OPEN) return endOfNested(text, from);
  let at = from;
  while (at < text.length && !endsScalar(text.charCodeAt(at))) at++;
  return at;
}

function endsScalar(code: number): boolean {
  return code === COMMA || code === UNBRACE || code === CLOSE || code <= 0x20;
}

function endOfNested(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (code === BRACE || code === OPEN) depth++;
    else if ((code === UNBRACE || code === CLOSE) && --depth === 0) return at + 1;
    at++;
  }
  return text.length;
}
