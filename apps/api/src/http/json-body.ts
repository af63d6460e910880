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
  if (depthOf(text) > MAX_DEPTH) throw badRequest(`Malformed request body: more than ${MAX_DEPTH} levels deep`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('Malformed request body');
  }
}

/** What walks through a body does so by recursion, and the stack has an end. */
const MAX_DEPTH = 100;

/** Levels of brackets; those within texts count as well, which no honest body comes near. */
function depthOf(text: string): number {
  if (text.length <= 2 * MAX_DEPTH) return 0;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_SQUARE || code === OPEN_CURLY) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_SQUARE || code === CLOSE_CURLY) depth -= 1;
  }
  return deepest;
}
const [OPEN_SQUARE, CLOSE_SQUARE, OPEN_CURLY, CLOSE_CURLY] = [91, 93, 123, 125];

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
  request.on('close', () => {
    if (!request.complete) reject(badRequest('Malformed request body')); // the sender went away
  });
  return promise;
}

function tooLarge(maxBytes: number): HttpError {
  const message = `Request is too large. Larger than max_request_body_size (${maxBytes}).`;
  return new HttpError(413, message, { headers: { connection: 'close' } });
}
