import { AmqpError } from './amqp-error.ts';

export const frameTypes = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;

/** Type, channel and size before the payload; the end octet behind it. */
const headSize = 7;
const frameEnd = 0xce;

/** Takes one frame's payload: a view on the bytes that came from the socket, not a copy. */
export type FrameHandler = (type: number, channel: number, payload: Buffer) => void;

/**
 * Cuts a stream of bytes into frames. A frame that lies in one chunk is handed on as a view; one that is spread over several is joined
 * once, when its last byte is there.
 */
export class FrameReader {
  readonly #onFrame: FrameHandler;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #neededBytes = 0;
  #isStopped: boolean = false;
  #isPaused: boolean = false;
  /** The largest frame the client may send, all eight octets of overhead included; 0: no limit. */
  maxFrameSize: number;

  constructor(maxFrameSize: number, onFrame: FrameHandler) {
    this.maxFrameSize = maxFrameSize;
    this.#onFrame = onFrame;
  }

  /** No frame is handed on any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  /** Hands on no frame until {@link resume}, not even those that came already. */
  pause(): void {
    this.#isPaused = true;
  }

  /** @throws as {@link push} */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.push(Buffer.alloc(0));
  }

  /** @throws {AmqpError} 501 on bytes that are no frame, or on one that is larger than was agreed. */
  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#waitingBytes > 0) {
      this.#waiting.push(chunk);
      this.#waitingBytes += chunk.length;
      if (this.#isPaused || this.#waitingBytes < this.#neededBytes) return;
      bytes = Buffer.concat(this.#waiting, this.#waitingBytes);
      this.#waiting = [];
      this.#waitingBytes = 0;
    }
    let at = 0;
    while (!this.#isStopped) {
      if (this.#isPaused) {
        this.#keep(bytes, at, 0);
        return;
      }
      const left = bytes.length - at;
      if (left < headSize) {
        this.#keep(bytes, at, headSize);
        return;
      }
      const type = bytes[at] as number;
      const channel = bytes.readUInt16BE(at + 1);
      const size = bytes.readUInt32BE(at + 3);
      if (this.maxFrameSize > 0 && size > this.maxFrameSize - headSize - 1) {
        const largest = this.maxFrameSize - headSize - 1;
        throw frameError(type, Buffer.alloc(0), `{frame_too_large,${size},${largest}}`);
      }
      const end = at + headSize + size;
      if (end >= bytes.length) {
        this.#keep(bytes, at, headSize + size + 1);
        return;
      }
      if (bytes[end] !== frameEnd) {
        throw frameError(type, bytes.subarray(at + headSize, end), `{invalid_frame_end_marker,${bytes[end]}}`);
      }
      this.#onFrame(type, channel, bytes.subarray(at + headSize, end));
      at = end + 1;
    }
  }

  #keep(bytes: Buffer, at: number, needed: number): void {
    if (at === bytes.length) return;
    this.#waiting = [bytes.subarray(at)];
    this.#waitingBytes = bytes.length - at;
    this.#neededBytes = needed;
  }
}

const shownOctets = 16;

/** 501 in the words of rabbit_reader:frame_error. */
export function frameError(type: number, payload: Buffer, why: string): AmqpError {
  const extent = payload.length > shownOctets ? `first ${shownOctets}` : 'all';
  return new AmqpError(501, `type ${type}, ${extent} octets = ${showOctets(payload.subarray(0, shownOctets))}: ${why}`);
}

/** As Erlang prints binaries: as text when all of it is printable. */
function showOctets(bytes: Buffer): string {
  const isText = bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? `<<"${bytes.toString('latin1')}">>` : `<<${bytes.join(',')}>>`;
}
