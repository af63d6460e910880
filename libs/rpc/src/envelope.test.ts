import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from './envelope.ts';
import { PoisonMessage } from './errors.ts';

const sealed = (version: unknown, message: unknown): Buffer =>
  Buffer.from(JSON.stringify({ 'oslo.version': version, 'oslo.message': message }));

describe(decodeMessage, () => {
  test('what is encoded comes back', () => {
    const message = { method: 'echo', args: { text: 'é 😀 "quoted"', n: 2n ** 70n, f: Number.NaN } };
    expect(decodeMessage(encodeMessage(message), {})).toEqual(message);
  });

  test('a message without envelope is the message', () => {
    expect(decodeMessage(Buffer.from('{"method": "a"}'), {})).toEqual({ method: 'a' });
  });

  test.for([
    ['zlib', deflateSync, 'application/x-gzip'],
    ['gzip', gzipSync, 'application/x-gzip'],
    ['brotli', brotliCompressSync, 'application/x-brotli'],
    ['zstd', zstdCompressSync, 'application/zstd'],
  ] as const)('a body compressed as %s is read', ([, compress, compression]) => {
    const body = compress(encodeMessage({ method: 'a' }));
    expect(decodeMessage(body, { compression })).toEqual({ method: 'a' });
    const bomb = compress(Buffer.alloc(129 * 1024 * 1024));
    expect(() => decodeMessage(bomb, { compression })).toThrow(/does not decompress/);
  });

  test.for([
    ['not JSON', Buffer.from('hello'), /body is not JSON/],
    ['nothing', Buffer.alloc(0), /body is not JSON/],
    ['a list', Buffer.from('[1]'), /body is a list/],
    ['a truncated inner text', sealed('2.0', '{"method": "a'), /oslo.message is not JSON/],
    ['an inner list', sealed('2.0', '[]'), /oslo.message holds a list/],
    ['an inner object that is no text', sealed('2.0', {}), /oslo.message is an object, expected text/],
    ['envelope 2.1', sealed('2.1', '{}'), /envelope version is "2.1"/],
    ['envelope 3.0', sealed('3.0', '{}'), /envelope version/],
    ['envelope 1.0', sealed('1.0', '{}'), /envelope version/],
    ['envelope two', sealed('two', '{}'), /envelope version is "two"/],
    ['envelope 2', sealed(2, '{}'), /envelope version is 2/],
  ] as const)('%s is refused with the step that failed', ([, body, reason]) => {
    expect(() => decodeMessage(body, {})).toThrow(PoisonMessage);
    expect(() => decodeMessage(body, {})).toThrow(reason);
  });

  test('an unknown compression is refused by name', () => {
    expect(() => decodeMessage(Buffer.from('x'), { compression: 'application/x-bz2' })).toThrow(/x-bz2/);
    expect(() => decodeMessage(Buffer.from('x'), { compression: 'application/x-gzip' })).toThrow(/decompress/);
  });
});
