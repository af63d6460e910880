import type { Socket } from 'node:net';
import type { Channel, ChannelModel } from 'amqplib';
import type { FrameSink } from './publish-frame.ts';

/** What is touched of amqplib 2.3's inside: the socket, and per channel the stream that its frames are written to. */
interface Innards {
  readonly stream: Socket;
  readonly channels: ({ buffer: AmqplibSink } | null)[];
  readonly frameMax: number;
  /** Without it a heartbeat is sent though messages are. */
  sentSinceLastCheck: boolean;
}

interface AmqplibSink {
  write(frame: Buffer): boolean;
  end(): void;
}

/** Memory for many turns is taken at once: a message then needs none of its own. */
const slabBytes = 256 * 1024;
/** Larger ones are not copied. */
const largestCopied = 16 * 1024;

/**
 * Makes amqplib write once per turn of the event loop. amqplib passes each message through an object stream and writes
 * it to the socket by itself: one system call a message, two thirds of the time of a busy client. Here the frames of all
 * channels are collected and written together when the turn's work is done.
 */
export class TurnWriter implements FrameSink {
  readonly #connection: Innards;
  readonly #sink: AmqplibSink;
  #slab: Buffer = Buffer.alloc(0);
  /** From here on nothing of the slab is written to the socket yet. */
  #start = 0;
  /** From here on the slab is free. */
  #end = 0;
  /** What goes before that part of the slab. */
  #pieces: Buffer[] = [];
  #isScheduled = false;

  constructor(model: ChannelModel) {
    this.#connection = model.connection as unknown as Innards; // amqplib's types hide what its Connection has
    this.#sink = { write: (frame) => this.write(frame), end: () => {} };
    const control = this.#connection.channels[0];
    // What concerns the whole connection (its close) must not overtake messages.
    if (control != null) control.buffer = this.#inOrder(control.buffer);
  }

  get frameMax(): number {
    return this.#connection.frameMax;
  }

  /** Takes over the writing of an open channel, whose earlier frames are all answered. Returns the channel's number. */
  take(channel: Channel): number {
    const { ch: number } = channel as unknown as { ch: number }; // as above
    const record = this.#connection.channels[number];
    if (record != null) record.buffer = this.#sink;
    return number;
  }

  get slab(): Buffer {
    return this.#slab;
  }

  reserve(bytes: number): number {
    if (this.#slab.length - this.#end < bytes) {
      this.#seal();
      if (this.#slab.length < bytes || !this.#isWritten()) {
        this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, bytes));
      }
      this.#start = 0;
      this.#end = 0;
    }
    return this.#end;
  }

  /** Whether the kernel has all that was written: only then the slab may be written over. */
  #isWritten(): boolean {
    return this.#pieces.length === 0 && this.#connection.stream.writableLength === 0;
  }

  commit(bytes: number): void {
    this.#end += bytes;
    this.#schedule();
  }

  /** Writes a frame at the end of the turn. */
  write(frame: Buffer): boolean {
    if (frame.length <= largestCopied) {
      const at = this.reserve(frame.length);
      this.#slab.set(frame, at);
      this.commit(frame.length);
    } else {
      this.#seal();
      this.#pieces.push(frame);
      this.#schedule();
    }
    return true;
  }

  /** Writes at once what the turn has collected so far. */
  flush(): void {
    this.#seal();
    const pieces = this.#pieces;
    const [first] = pieces;
    const socket = this.#connection.stream;
    if (first === undefined) return;
    this.#pieces = [];
    if (!socket.writable) return; // gone: its channels are told, and send again what must be
    this.#connection.sentSinceLastCheck = true;
    if (pieces.length === 1) socket.write(first);
    else {
      socket.cork();
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    }
  }

  readonly #flushTurn = (): void => {
    this.#isScheduled = false;
    this.flush();
  };

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(this.#flushTurn);
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#pieces.push(this.#slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #inOrder(sink: AmqplibSink): AmqplibSink {
    return {
      write: (frame) => {
        this.flush();
        return sink.write(frame);
      },
      end: () => sink.end(),
    };
  }
}
