import type { Publication } from '../../driver.ts';
import { blankTable, shapeOf, type TextHeaders } from './text-headers.ts';

/**
 * The bytes of `basic.publish` for messages without headers, or with those of a trace. Of an oslo message only the body, its
 * size and the trace differ from the one before it to the same place, so all else is encoded once: amqplib encodes every
 * field of every message anew.
 * Layout: AMQP 0-9-1, 4.2.3 (frames), 4.2.6 (content), 1.8.3.7 (basic.publish).
 */
export class PublishFrames {
  readonly #channel: number;
  readonly #mostInFrame: number;
  readonly #prefixes = new Map<string, Prefix>();

  constructor(channel: number, frameMax: number) {
    this.#channel = channel;
    this.#mostInFrame = frameMax - frameOverhead;
  }

  /** The frames of a publication, in as few pieces as need no copy of a large body. @throws {TypeError} for a name too long. */
  encode(publication: Publication): Buffer[] {
    const { body } = publication;
    const prefix = this.#prefixOf(publication);
    const { bytes } = prefix;
    if (body.length > largestCopied) return this.#encodeLarge(prefix, publication);
    const frame = Buffer.allocUnsafe(bytes.length + (body.length === 0 ? 0 : frameOverhead + body.length));
    frame.set(bytes);
    fill(frame, prefix, publication);
    if (body.length > 0) {
      const start = this.#writeFrameHeader(frame, bytes.length, frameType.body, body.length);
      frame.set(body, start);
      frame[start + body.length] = frameEnd;
    }
    return [frame];
  }

  #encodeLarge(prefix: Prefix, publication: Publication): Buffer[] {
    const { body } = publication;
    const head = Buffer.from(prefix.bytes);
    fill(head, prefix, publication);
    const pieces: Buffer[] = [head];
    for (let from = 0; from < body.length; from += this.#mostInFrame) {
      const slice = body.subarray(from, from + this.#mostInFrame);
      const header = Buffer.allocUnsafe(frameHeaderBytes);
      this.#writeFrameHeader(header, 0, frameType.body, slice.length);
      pieces.push(header, slice, endOfFrame);
    }
    return pieces;
  }

  #prefixOf(publication: Publication): Prefix {
    const { exchange, routingKey, isMandatory, expirationMs, headers } = publication;
    const key = `${exchange}\n${routingKey}\n${isMandatory}\n${expirationMs}\n${shapeOf(headers)}`;
    const known = this.#prefixes.get(key);
    if (known !== undefined) return known;
    if (this.#prefixes.size >= mostPrefixes) this.#prefixes.clear();
    const prefix = this.#makePrefix(publication);
    this.#prefixes.set(key, prefix);
    return prefix;
  }

  /** Method frame and header frame; the low half of the body's size and the texts of headers are filled in for each message. */
  #makePrefix({ exchange, routingKey, isMandatory, expirationMs, headers }: Publication): Prefix {
    const method = Buffer.concat([
      Buffer.from([0, 60, 0, 40, 0, 0]), // basic.publish, reserved
      shortText('exchange', exchange),
      shortText('routing key', routingKey),
      Buffer.from([isMandatory ? 1 : 0]),
    ]);
    const hasExpiration = expirationMs !== undefined;
    const flags = flag.contentType | flag.contentEncoding | flag.headers | flag.deliveryMode | flag.priority;
    const beforeTable = Buffer.concat([
      Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), // class basic, weight, size of the body (8 bytes)
      shortNumber(flags | (hasExpiration ? flag.expiration : 0)),
      shortText('content type', 'application/json'),
      shortText('content encoding', 'utf-8'),
    ]);
    const { table, places } = blankTable(headers);
    const header = Buffer.concat([
      beforeTable,
      table,
      Buffer.from([2, 0]), // delivery mode, priority
      // Whole milliseconds as text, as oslo's int(timeout * 1000).
      hasExpiration ? shortText('expiration', String(Math.trunc(expirationMs))) : Buffer.alloc(0),
    ]);
    const methodFrame = this.#frame(frameType.method, method);
    const bytes = Buffer.concat([methodFrame, this.#frame(frameType.header, header)]);
    const headerAt = methodFrame.length + frameHeaderBytes;
    const texts = places.map(({ name, at }) => ({ name, at: headerAt + beforeTable.length + at }));
    return { bytes, sizeAt: headerAt + 8, texts };
  }

  #frame(type: number, payload: Buffer): Buffer {
    const frame = Buffer.alloc(payload.length + frameOverhead);
    const start = this.#writeFrameHeader(frame, 0, type, payload.length);
    frame.set(payload, start);
    frame[start + payload.length] = frameEnd;
    return frame;
  }

  #writeFrameHeader(frame: Buffer, at: number, type: number, size: number): number {
    frame[at] = type;
    frame.writeUInt16BE(this.#channel, at + 1);
    frame.writeUInt32BE(size, at + 3);
    return at + frameHeaderBytes;
  }
}

interface Prefix {
  readonly bytes: Buffer;
  /** Where the low 32 bits of the body's size stand. */
  readonly sizeAt: number;
  /** Where the value of each header goes. */
  readonly texts: TextHeaders['places'];
}

/** Puts in what is different in each message. */
function fill(frame: Buffer, { sizeAt, texts }: Prefix, { body, headers }: Publication): void {
  frame.writeUInt32BE(body.length, sizeAt);
  for (const { name, at } of texts) frame.write(String(headers[name]), at, 'latin1');
}

const frameType = { method: 1, header: 2, body: 3 } as const;
const flag = {
  contentType: 0x8000,
  contentEncoding: 0x4000,
  headers: 0x2000,
  deliveryMode: 0x1000,
  priority: 0x0800,
  expiration: 0x0100,
};
const frameEnd = 0xce;
const endOfFrame = Buffer.from([frameEnd]);
const frameHeaderBytes = 7;
const frameOverhead = frameHeaderBytes + 1;
/** Larger bodies go to the socket as they are. Smaller than any frame size that a broker may propose in practice. */
const largestCopied = 3_900;
/** Reply queues come and go; their prefixes must not stay for ever. */
const mostPrefixes = 2_000;

function shortText(name: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new TypeError(`${name} has ${bytes.length} bytes, AMQP allows 255`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function shortNumber(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
