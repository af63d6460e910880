import * as zlib from 'node:zlib';
import { InvalidOption, PoisonMessage } from './errors.ts';

/** No peer sends more; a small compressed body must not fill the memory. RabbitMQ's own limit. */
const largestBody = 128 * 1024 * 1024;

/** A way to compress bodies. */
export interface Compression {
  /** How the header `compression` names it (kombu, compression.py). */
  readonly contentType: string;
  compress(body: Buffer): Buffer;
  decompress(body: Buffer): Buffer;
}

const bound = { maxOutputLength: largestBody };

/** kombu calls a zlib stream `application/x-gzip`; real gzip is taken as well. */
const deflate: Compression = {
  contentType: 'application/x-gzip',
  compress: (body) => zlib.deflateSync(body),
  decompress: (body) =>
    body[0] === 0x1f && body[1] === 0x8b ? zlib.gunzipSync(body, bound) : zlib.inflateSync(body, bound),
};
const brotli: Compression = {
  contentType: 'application/x-brotli',
  compress: (body) => zlib.brotliCompressSync(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
  decompress: (body) => zlib.brotliDecompressSync(body, bound),
};
const zstd: Compression = {
  contentType: 'application/zstd',
  compress: (body) => zlib.zstdCompressSync(body),
  decompress: (body) => zlib.zstdDecompressSync(body, bound),
};

/** By kombu's names for them. */
const named: Readonly<Record<string, Compression>> = { gzip: deflate, zlib: deflate, brotli, zstd, zstandard: zstd };
const byContentType = new Map([deflate, brotli, zstd].map((each) => [each.contentType, each]));
/** What kombu offers beside: Node has nothing that reads or writes them. */
const unavailable = new Set(['bz2', 'bzip', 'bzip2', 'lzma', 'xz']);

/** The method that the option `kombu_compression` names; undefined when it is empty. @throws {InvalidOption} */
export function compressionOf(name: string): Compression | undefined {
  if (name === '') return undefined;
  if (Object.hasOwn(named, name)) return named[name];
  const reason = unavailable.has(name) ? `'${name}', which Node.js does not have` : `'${name}'`;
  throw new InvalidOption(`option kombu_compression is ${reason}; allowed are ${Object.keys(named).join(', ')}`);
}

/** The body as it was before `method`, the header `compression`. @throws {PoisonMessage} */
export function decompress(body: Buffer, method: unknown): Buffer {
  if (method === undefined || method === null) return body;
  const compression = byContentType.get(String(method));
  if (compression === undefined) throw new PoisonMessage(`compression '${String(method)}' is not supported`);
  try {
    return compression.decompress(body);
  } catch (error) {
    throw new PoisonMessage('body does not decompress', { cause: error });
  }
}
