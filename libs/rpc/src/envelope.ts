import { decompress } from './compression.ts';
import { PoisonMessage } from './errors.ts';
import { parseJson, stringifyJson } from './json.ts';
import { quote, unquote } from './quoted.ts';
import { compatible } from './version.ts';

const envelopeVersion = '2.0';
/** As Python and we write it, up to the inner message. */
const opening = '{"oslo.version": "2.0", "oslo.message": ';

/** Wraps a message in envelope 2.0: JSON text inside a JSON string. @throws {TypeError} when it holds a cycle. */
export function writeEnvelope(message: Record<string, unknown>): string {
  return `${opening}${quote(stringifyJson(message))}}`;
}

/** The same as bytes. */
export function encodeMessage(message: Record<string, unknown>): Buffer {
  return Buffer.from(writeEnvelope(message));
}

/**
 * Reads a body: decompress, JSON, envelope (2.0 or none), JSON, object.
 * @throws {PoisonMessage} naming the step that failed.
 */
export function decodeMessage(body: Buffer, headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = decompress(body, headers['compression']).toString('utf8');
  const quoted =
    text.startsWith(opening) && text.endsWith('"}') ? unquote(text.slice(opening.length + 1, -2)) : undefined;
  if (quoted !== undefined) return innerMessage(quoted);
  const outer = readEnvelope(text) ?? parse(text, 'body');
  if (!isObject(outer)) throw new PoisonMessage(`body is ${kindOf(outer)}, expected an object`);
  if (!isEnvelope(outer)) return outer;
  assertEnvelopeVersion(outer['oslo.version']);
  const inner = outer['oslo.message'];
  if (typeof inner !== 'string') throw new PoisonMessage(`oslo.message is ${kindOf(inner)}, expected text`);
  return innerMessage(inner);
}

function innerMessage(inner: string): Record<string, unknown> {
  const message = parse(inner, 'oslo.message');
  if (!isObject(message)) throw new PoisonMessage(`oslo.message holds ${kindOf(message)}, expected an object`);
  return message;
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a value is called in a message about a wrong type. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** An envelope holds two texts, which need no care for numbers. Anything else is left to the careful parser. */
function readEnvelope(text: string): Record<string, unknown> | undefined {
  try {
    const outer: unknown = JSON.parse(text);
    return isObject(outer) && isEnvelope(outer) ? outer : undefined;
  } catch {
    return undefined;
  }
}

function isEnvelope(outer: Record<string, unknown>): boolean {
  return Object.hasOwn(outer, 'oslo.version') && Object.hasOwn(outer, 'oslo.message');
}

function assertEnvelopeVersion(version: unknown): void {
  if (version === envelopeVersion) return;
  let fits = false;
  try {
    fits = typeof version === 'string' && compatible(envelopeVersion, version);
  } catch {
    // not integers: refused below
  }
  if (!fits) throw new PoisonMessage(`envelope version is ${JSON.stringify(version)}, supported is ${envelopeVersion}`);
}

function parse(text: string, part: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new PoisonMessage(`${part} is not JSON: ${(error as Error).message}`, { cause: error }); // parsers throw Errors
  }
}
