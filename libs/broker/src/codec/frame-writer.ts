import { frameTypes } from './frame-reader.ts';

const chunkSize = 16 * 1024;
/** A body from this size on is handed to the socket as it is; a smaller one is cheaper copied than given a write of its own. */
const copyBelow = 4 * 1024;
const overhead = 8;
const frameEnd = 0xce;

/**
 * Gathers what goes out on one connection, so that a turn of the event loop costs one write. Frames are laid down one behind the other in
 * chunks that are never written twice, as the socket may still be reading them.
 */
export class FrameWriter {
  #chunk: Buffer = Buffer.alloc(0);
  #start = 0;
  #at = 0;
  #full: Buffer[] = [];
  #fullBytes = 0;
  /** The largest frame the client takes; 0: no limit. */
  maxFrameSize = 0;

  /** Bytes gathered and not yet taken. */
  get pendingBytes(): number {
    return this.#fullBytes + this.#at - this.#start;
  }

  /** Everything gathered so far, in order; empty when there is nothing. */
  take(): readonly Buffer[] {
    this.#seal();
    const taken = this.#full;
    this.#full = [];
    this.#fullBytes = 0;
    return taken;
  }

  #seal(): void {
    if (this.#at === this.#start) return;
    this.#full.push(this.#chunk.subarray(this.#start, this.#at));
    this.#fullBytes += this.#at - this.#start;
    this.#start = this.#at;
  }

  /** Makes room for `size` bytes in one piece and returns where they begin. */
  #room(size: number): number {
    const at = this.#at;
    if (at + size > this.#chunk.length) {
      this.#seal();
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(chunkSize, size));
      this.#start = 0;
      this.#at = size;
      return 0;
    }
    this.#at = at + size;
    return at;
  }

  #head(at: number, type: number, channel: number, size: number): number {
    const chunk = this.#chunk;
    chunk[at] = type;
    chunk[at + 1] = channel >>> 8;
    chunk[at + 2] = channel & 0xff;
    writeU32(chunk, size, at + 3);
    return at + 7;
  }

  raw(bytes: Buffer): void {
    const at = this.#room(bytes.length);
    bytes.copy(this.#chunk, at);
  }

  heartbeat(): void {
    const at = this.#head(this.#room(overhead), frameTypes.heartbeat, 0, 0);
    this.#chunk[at] = frameEnd;
  }

  method(channel: number, method: number, args?: Buffer): void {
    const size = 4 + (args?.length ?? 0);
    const at = this.#head(this.#room(size + overhead), frameTypes.method, channel, size);
    writeU32(this.#chunk, method, at);
    args?.copy(this.#chunk, at + 4);
    this.#chunk[at + size] = frameEnd;
  }

  /** basic.ack and basic.nack: a delivery tag and one octet of bits. */
  tagged(channel: number, method: number, tag: number, bits: number): void {
    const at = this.#head(this.#room(13 + overhead), frameTypes.method, channel, 13);
    const chunk = this.#chunk;
    writeU32(chunk, method, at);
    writeU64(chunk, tag, at + 4);
    chunk[at + 12] = bits;
    chunk[at + 13] = frameEnd;
  }

  /** basic.deliver, up to its content. `address` is exchange and routing key as basic.publish had them. */
  deliver(channel: number, method: number, tagText: Buffer, tag: number, redelivered: boolean, address: Buffer): void {
    const size = 4 + tagText.length + 9 + address.length;
    let at = this.#head(this.#room(size + overhead), frameTypes.method, channel, size);
    const chunk = this.#chunk;
    writeU32(chunk, method, at);
    at += 4;
    at += tagText.copy(chunk, at);
    writeU64(chunk, tag, at);
    chunk[at + 8] = redelivered ? 1 : 0;
    at += 9;
    at += address.copy(chunk, at);
    chunk[at] = frameEnd;
  }

  /** The content header and as many body frames as the agreed frame size asks for. */
  content(channel: number, header: Buffer, body: Buffer): void {
    let at = this.#head(this.#room(header.length + overhead), frameTypes.header, channel, header.length);
    at += header.copy(this.#chunk, at);
    this.#chunk[at] = frameEnd;
    const largest = this.maxFrameSize > 0 ? this.maxFrameSize - overhead : body.length;
    for (let from = 0; from < body.length; from += largest) {
      this.#body(channel, body, from, Math.min(from + largest, body.length));
    }
  }

  #body(channel: number, body: Buffer, from: number, to: number): void {
    const size = to - from;
    if (size < copyBelow) {
      let at = this.#head(this.#room(size + overhead), frameTypes.body, channel, size);
      at += body.copy(this.#chunk, at, from, to);
      this.#chunk[at] = frameEnd;
      return;
    }
    this.#head(this.#room(overhead - 1), frameTypes.body, channel, size);
    this.#seal();
    this.#full.push(from === 0 && to === body.length ? body : body.subarray(from, to));
    this.#fullBytes += size;
    const at = this.#room(1);
    this.#chunk[at] = frameEnd;
  }
}

function writeU32(bytes: Buffer, value: number, at: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}

function writeU64(bytes: Buffer, value: number, at: number): void {
  writeU32(bytes, Math.floor(value / 0x1_0000_0000), at);
  writeU32(bytes, value >>> 0, at + 4);
}
