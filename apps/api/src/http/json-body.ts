import type { IncomingMessage } from 'node:http';
import { badRequest, HttpError } from './errors.ts';

/**
 * Reads a request's body as JSON. Anything but JSON's content type is refused: a page in a browser can send those to this
 * machine without asking, JSON it cannot.
 * @throws {HttpError} 400 for what is not JSON, 413 for more than `maxBytes`.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw badRequest(`Malformed request body: Content-Type must be application/json, not ${type ?? 'absent'}`);
  }
  const text = await readText(request, maxBytes);
  // A text with U+0000 in it cannot be kept by PostgreSQL, nor shown by anybody.
  if (text.includes('\\u0000')) throw badRequest('Malformed request body: U+0000 is not allowed in texts');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('Malformed request body');
  }
}

function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) {
      request.pause(); // what follows is not wanted: the answer closes the connection
      reject(tooLarge(maxBytes));
    } else chunks.push(chunk);
  });
  request.on('end', () => resolve(Buffer.concat(chunks, length).toString('utf8')));
  request.on('error', reject);
  request.on('close', () => reject(badRequest('Malformed request body')));
  return promise;
}

function tooLarge(maxBytes: number): HttpError {
  const message = `Request is too large. Larger than max_request_body_size (${maxBytes}).`;
  return new HttpError(413, message, { headers: { connection: 'close' } });
}
