/**
 * A text as Python's `repr` shows it: in single quotes, in double ones where it holds single but no double ones, with escapes for
 * what cannot be printed.
 */
export function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (character) => {
    if (character === quote || character === '\\') return `\\${character}`;
    return isPrintable.test(character)
      ? character
      : (shortEscapes[character] ?? numbered(character.codePointAt(0) ?? 0));
  });
  return `${quote}${escaped.join('')}${quote}`;
}

/** Neither control, surrogate, private or unassigned, nor a space other than the common one (Python's `str.isprintable`). */
const isPrintable = /^(?: |[^\p{C}\p{Z}])$/u;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function numbered(code: number): string {
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
