import { readdirSync, readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { parseJson } from '@novasim/rpc';

/** A message of oslo.messaging as it stood on the wire. */
export interface RecordedMessage {
  readonly exchange: string;
  readonly routing_key: string;
  readonly mandatory: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const folder = new URL('../../libs/rpc/test/vectors/', import.meta.url);

/** All recordings of messages, by their names in order. */
export const recordedNames: readonly string[] = readdirSync(folder)
  .filter((name) => !/^(frames-|topology)/.test(name))
  .map((name) => name.replace('.json', ''))
  .sort();

/** Reads one recording. */
export function recorded(name: string): RecordedMessage {
  const file = parseJson(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as RecordedMessage & {
    readonly body_raw: string;
    readonly body_raw_base64?: string;
  }; // the folder's form
  const { body_raw: text, body_raw_base64: base64 } = file;
  return { ...file, body: base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64') };
}

/** What a body says: the inner message, and whether it had the envelope. Read by hand, not by the library under test. */
export function messageIn({ body, headers }: Pick<RecordedMessage, 'body' | 'headers'>): {
  readonly envelope: readonly string[];
  readonly message: Readonly<Record<string, unknown>>;
} {
  const plain = headers['compression'] === undefined ? body : inflateSync(body);
  const outer = parseJson(plain.toString()) as Record<string, unknown>; // the recordings hold such
  const inner = outer['oslo.message'];
  if (typeof inner !== 'string') return { envelope: [], message: outer };
  return { envelope: Object.keys(outer), message: parseJson(inner) as Record<string, unknown> }; // as above
}

/** The context that a message carries. */
export function contextIn(message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message)
      .filter(([key]) => key.startsWith('_context_'))
      .map(([key, value]) => [key.slice('_context_'.length), value]),
  );
}

/**
 * A message as it can be compared: without ids and times, the remote stack only in its shape, and without the key that Python's
 * endpoints find in their context. The order of keys stays.
 */
export function comparable(message: Readonly<Record<string, unknown>>): unknown {
  const { failure, ...rest } = message;
  const result = message['result'];
  const isContext = typeof result === 'object' && result !== null && 'client_timeout' in result;
  const changed = {
    ...(isContext ? { ...rest, result: { ...result, client_timeout: undefined } } : rest),
    ...('failure' in message ? { failure: typeof failure === 'string' ? plainFailure(failure) : failure } : {}),
  };
  return [Object.keys(message), withoutIds(changed)];
}

function plainFailure(text: string): unknown {
  const failure = parseJson(text) as { readonly tb: readonly string[] }; // the form of failures
  const { tb } = failure;
  return [Object.keys(failure), { ...failure, tb: [tb[0], tb.at(-1)] }];
}

function withoutIds(value: unknown): unknown {
  if (typeof value === 'string') {
    return value
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
      .replaceAll(/[0-9a-f]{32}/g, '<id>')
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?/g, '<time>');
  }
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutIds(member)]));
}
