import { parseJson, stringifyJson } from '../src/json.ts';

/** A generator of numbers from 0 to 1 that gives the same ones each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A body that is a message of somebody's, but for a change: of bytes, or of what one of its fields holds. */
export function mutate(body: string, random: () => number): Buffer {
  return random() < 0.6 ? mutateBytes(body, random) : mutateField(body, random);
}

const words = [
  'null',
  '""',
  '{}',
  '[]',
  '1e999',
  '-1',
  'NaN',
  '"__proto__"',
  '\\"',
  '}',
  '2.0',
  '9'.repeat(400),
  '['.repeat(3_000),
];

function mutateBytes(body: string, random: () => number): Buffer {
  const bytes = Buffer.from(body);
  const at = Math.floor(random() * bytes.length);
  const choice = random();
  if (choice < 0.3) bytes[at] = Math.floor(random() * 256);
  if (choice < 0.5) return bytes.subarray(0, choice < 0.3 ? bytes.length : at);
  const word = Buffer.from(pick(words, random) ?? '');
  const upTo = at + Math.floor(random() * 20);
  return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(upTo)]);
}

const values: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  10n ** 40n,
  Number.NaN,
  '',
  'x',
  '\ud800',
  'constructor',
  '__proto__',
  '_private',
  'reply_of_nobody',
  '2.0',
  '1.0.0.0',
  [],
  [[]],
  {},
  { toString: 1 },
];
const names = ['method', 'args', 'version', 'namespace', '_msg_id', '_reply_q', '_timeout', '_unique_id', 'ending'];

/** The message stays JSON: a field is left out, or holds something else; or the envelope does. */
function mutateField(body: string, random: () => number): Buffer {
  const envelope = parseJson(body) as Record<string, unknown>; // the vectors are such
  const inner = envelope['oslo.message'];
  const changed = { ...(typeof inner === 'string' ? (parseJson(inner) as Record<string, unknown>) : envelope) };
  const value = pick(values, random);
  const { failure } = changed;
  if (typeof failure === 'string' && random() < 0.5) changed['failure'] = mutateFailure(failure, value, random);
  else {
    const name = pick(random() < 0.5 ? Object.keys(changed) : names, random) ?? 'method';
    if (value === undefined) delete changed[name];
    else changed[name] = value;
  }
  if (typeof inner !== 'string' || random() < 0.1) return Buffer.from(stringifyJson(changed));
  const field =
    random() < 0.1
      ? pick(
          Object.keys(envelope).filter((key) => key !== 'oslo.message'),
          random,
        )
      : undefined;
  const sealed = { ...envelope, 'oslo.message': stringifyJson(changed) };
  const odd = field === undefined ? sealed : { ...sealed, [field]: value };
  return Buffer.from(stringifyJson(odd));
}

/** A failure is JSON text once more; of its lists an item may be something else, too. */
function mutateFailure(text: string, value: unknown, random: () => number): string {
  const fields = parseJson(text) as Record<string, unknown>; // the vectors' failures are such
  const name = pick(Object.keys(fields), random) ?? 'tb';
  return stringifyJson({ ...fields, [name]: Array.isArray(fields[name]) && random() < 0.5 ? [value] : value });
}

function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}
