/**
 * JSON inside a text inside JSON, read where it stands: a quote of the innermost text has one backslash before it, then three,
 * then seven. `unit` is that count plus one: 1 at the top, 2 in an envelope's message, 4 below.
 */
export function unitAt(text: string, quote: number): number {
  const slashes = slashesBefore(text, quote);
  let unit = 1;
  while (unit * 2 <= slashes + 1) unit *= 2;
  return unit;
}

/** Index at which the content of a string ends, which begins at `from`; the end of the text where it was cut. */
export function endOfContent(text: string, from: number, unit: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    const slashes = Math.min(slashesBefore(text, at), at - from);
    // Fewer than the string's own: a text around it ends here, so this one was broken.
    if (slashes < unit - 1) return at - slashes;
    if (slashes % (2 * unit) === unit - 1) return at - (unit - 1);
  }
  return text.length;
}

/** Index behind the object or list that opens at `from`. */
export function endOfNested(text: string, from: number, unit: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') {
      // Right after an opening quote: its string, and what closes it.
      at = endOfContent(text, at + 1, unit) + unit - 1;
    } else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}

function slashesBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && text.charCodeAt(from - 1) === BACKSLASH) from--;
  return at - from;
}

const BACKSLASH = 0x5c;
