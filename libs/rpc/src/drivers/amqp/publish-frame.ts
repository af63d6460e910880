import type { Publication } from '../../driver.ts';
import { bytesOf } from './body.ts';
import { blankTable, shapeOf, type TextHeaders } from './text-headers.ts';

/** Where frames are written to. */
export interface FrameSink {
  /** The memory that `reserve` gives a part of. */
  readonly slab: Buffer;
  /** Room for so many bytes in `slab`, from the offset that is returned. */
  reserve(bytes: number): number;
  /** So many of the bytes reserved last are to be sent. */
  commit(bytes: number): void;
  /** Sends bytes that are somewhere else; they must not change any more. */
  write(bytes: Buffer): void;
}

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

  /** Writes the frames of a publication. @throws {TypeError} for a name too long, before anything is written. */
  write(publication: Publication, sink: FrameSink): void {
    const { body } = publication;
    const prefix = this.#prefixOf(publication);
    // A text is written where it goes on the wire, without bytes of its own between; a character has three of them at most.
    const most = typeof body === 'string' ? body.length * 3 : body.length;
    if (most === 0 || most > Math.min(largestInPlace, this.#mostInFrame)) {
      this.#writeLarge(prefix, publication, bytesOf(body), sink);
      return;
    }
    const { bytes } = prefix;
    const at = sink.reserve(bytes.length + frameOverhead + most);
    const { slab } = sink;
    slab.set(bytes, at);
    const frameAt = at + bytes.length;
    const bodyAt = frameAt + frameHeaderBytes;
    const size = typeof body === 'string' ? slab.write(body, bodyAt, 'utf8') : body.copy(slab, bodyAt);
    fill(slab, at, prefix, publication, size);
    this.#writeFrameHeader(slab, frameAt, frameType.body, size);
    slab[bodyAt + size] = frameEnd;
    sink.commit(bytes.length + frameOverhead + size);
  }

  #writeLarge(prefix: Prefix, publication: Publication, body: Buffer, sink: FrameSink): void {
    const head = Buffer.from(prefix.bytes);
    fill(head, 0, prefix, publication, body.length);
    sink.write(head);
    for (let from = 0; from < body.length; from += this.#mostInFrame) {
      const slice = body.subarray(from, from + this.#mostInFrame);
      const header = Buffer.allocUnsafe(frameHeaderBytes);
      this.#writeFrameHeader(header, 0, frameType.body, slice.length);
      sink.write(header);
      sink.write(slice);
      sink.write(endOfFrame);
    }
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
function fill(frame: Buffer, start: number, { sizeAt, texts }: Prefix, { headers }: Publication, size: number): void {
  frame.writeUInt32BE(size, start + sizeAt);
  for (const { name, at } of texts) frame.write(String(headers[name]), start + at, 'latin1');
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
/** Larger bodies get bytes of their own, which go to the socket as they are. */
const largestInPlace = 64 * 1024;
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
