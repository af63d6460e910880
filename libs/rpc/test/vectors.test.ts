import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unpackContext } from '../src/context.ts';
import { decodeMessage, encodeMessage } from '../src/envelope.ts';
import { decodeFailure } from '../src/failure.ts';
import { parseJson } from '../src/json.ts';
import { remoteFailureOf } from '../src/remote-errors.ts';

/** Messages that oslo.messaging 14.0.3 sent, as they stood on the wire. */
interface Vector {
  readonly body_raw: string;
  readonly body_raw_base64?: string;
  readonly message_decoded: Record<string, unknown> | null;
  readonly failure_decoded?: { class: string; module: string; message: string; args: unknown[]; kwargs: object };
  readonly headers: Record<string, unknown>;
}

const folder = new URL('./vectors/', import.meta.url);
const names = readdirSync(folder).filter((name) => !/^(frames-|topology|README)/.test(name));
const read = (name: string): Vector => parseJson(readFileSync(new URL(name, folder), 'utf8')) as Vector;

test('there are vectors', () => {
  expect(names.length).toBeGreaterThan(40);
});

describe.for(names)('%s', (name) => {
  const vector = read(name);
  const body =
    vector.body_raw_base64 === undefined ? Buffer.from(vector.body_raw) : Buffer.from(vector.body_raw_base64, 'base64');

  test('decodes to the recorded message', () => {
    const message = decodeMessage(body, vector.headers);
    if (vector.message_decoded !== null) expect(message).toEqual(vector.message_decoded);
    else expect(message['result']).toEqual([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  test('encodes to what decodes to the same again', () => {
    const message = decodeMessage(body, vector.headers);
    expect(decodeMessage(encodeMessage(message), {})).toEqual(message);
  });
});

describe.for(names.filter((name) => read(name).failure_decoded !== undefined))('%s', (name) => {
  test('is rebuilt as the recorded failure', () => {
    const { body_raw, headers, failure_decoded: recorded } = read(name);
    const { failure } = decodeMessage(Buffer.from(body_raw), headers) as { failure?: unknown };
    expect(remoteFailureOf(decodeFailure(failure, new Set()))).toMatchObject({
      class: recorded?.class,
      module: recorded?.module,
      message: recorded?.message,
      args: recorded?.args,
      kwargs: recorded?.kwargs,
    });
  });
});

test('the recorded context is what the endpoint gets', () => {
  expect(unpackContext(read('call-context.json').message_decoded ?? {})).toMatchObject({
    user_id: 'b8a8e1',
    roles: ['member', 'reader'],
    is_admin: false,
    quota_class: null,
  });
});
