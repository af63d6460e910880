/**
 * JSON that is too long as JSON that is not: long texts and lists end early, what is deep is left out; a message inside an
 * envelope is treated as what it is. Undefined where the text is no JSON object.
 */
export function shortened(text: string, characters: number): string | undefined {
  const outer = objectIn(text);
  if (outer === undefined) return undefined;
  const inner = typeof outer['oslo.message'] === 'string' ? objectIn(outer['oslo.message']) : undefined;
  for (let generosity = GENEROUS; generosity >= 1; generosity /= 4) {
    const short =
      inner === undefined
        ? JSON.stringify(shorter(outer, generosity))
        : JSON.stringify({ ...outer, 'oslo.message': JSON.stringify(shorter(inner, generosity)) });
    if (short.length <= characters) return short;
  }
  return undefined;
}

const GENEROUS = 256;

/** Texts up to 16 times, lists and objects up to `generosity` entries; ids at the top always stay. */
function shorter(value: unknown, generosity: number, depth = 0): unknown {
  if (typeof value === 'string') {
    const most = Math.max(generosity * 16, depth <= 1 ? SHORTEST_ID : 0);
    return value.length > most ? `${value.slice(0, most)}…` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, generosity).map((item) => shorter(item, generosity, depth + 1));
    return kept.length < value.length ? [...kept, `… ${value.length - kept.length} more`] : kept;
  }
  const entries = Object.entries(value);
  const kept = depth === 0 ? entries : entries.slice(0, generosity);
  const short = kept.map(([name, inner]) => [name, shorter(inner, generosity, depth + 1)] as const);
  const rest = entries.length - kept.length;
  return Object.fromEntries(rest > 0 ? [...short, ['…', `${rest} more`]] : short);
}

const DEEPEST = 12;
const SHORTEST_ID = 128;

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>) // just seen to be an object
      : undefined;
  } catch {
    return undefined; // garbage is kept as text
  }
}
