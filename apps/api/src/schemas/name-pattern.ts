const LONGEST = 255;
const MOST_REPETITIONS = 3;

/**
 * Why a `name` filter cannot be used as a regular expression; undefined when it can. Beyond what does not parse, patterns are
 * refused that could keep the process busy for ever on one name: repeated groups, back references, many repetitions.
 * Unlike Nova, whose database gives up on such a pattern by itself.
 */
export function patternFault(text: string): string | undefined {
  if (text.length > LONGEST) return `'${text.slice(0, 20)}…' is too long`;
  try {
    new RegExp(text);
  } catch {
    return `'${text}' is not a 'regex'`;
  }
  const plain = text.replace(/\\[^1-9]/g, 'x').replace(/\[(?:[^\]])*\]/g, 'x');
  const repetitions = plain.match(/[*+{]/g)?.length ?? 0;
  const isWild = /\)[*+{]/.test(plain) || /\\[1-9]/.test(plain) || /\(\?/.test(plain) || repetitions > MOST_REPETITIONS;
  return isWild ? `'${text}' repeats too much to be searched for` : undefined;
}
