import type { Socket } from 'node:net';
import { FrameWriter } from '../codec/frame-writer.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Outbox, Writing } from './outbox.ts';

/** What a client's socket tells its connection. */
export interface ClientSocketEvents {
  onData(chunk: Buffer): void;
  /** The last moment to write what is to leave in this turn. */
  beforeFlush(): void;
  /** The client reads again, after a time in which it did not. */
  onDrain(): void;
  /** It is closed or broken, or the client is silent. */
  onGone(why: string): void;
}

/** Bytes waiting for a socket that does not drain, from which on nothing more is delivered to it and nothing read from it. */
const congestedFrom = 1024 * 1024;
/** How long a copy of the firehose waits for those that follow it. */
const collectMs = 5;
/** How long a client may take to close its half of the socket. */
const patienceMs = 10_000;

/** One client's socket: what is written leaves once a turn, and who does not read is not read from. */
export class ClientSocket implements Writing {
  /** `127.0.0.1:40000 -> 127.0.0.1:5672`, as RabbitMQ names connections. */
  readonly name: string;
  readonly writer = new FrameWriter();
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #events: ClientSocketEvents;
  #heartbeat: Heartbeat | undefined;
  #isDirty: boolean = false;
  #collecting: NodeJS.Timeout | undefined;
  #isCongested: boolean = false;
  #isClosed: boolean = false;

  constructor(socket: Socket, outbox: Outbox, events: ClientSocketEvents) {
    this.#socket = socket;
    this.#outbox = outbox;
    this.#events = events;
    this.name = `${address(socket.remoteAddress, socket.remotePort)} -> ${address(socket.localAddress, socket.localPort)}`;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => events.onData(chunk));
    socket.on('drain', () => this.#onDrain());
    socket.on('error', (error) => events.onGone(error.message));
    socket.on('close', () => events.onGone('closed by the client'));
  }

  /** True while the client does not read what was sent to it. */
  get isCongested(): boolean {
    if (this.#isCongested) return true;
    if (this.writer.pendingBytes + this.#socket.writableLength < congestedFrom) return false;
    this.#isCongested = true;
    this.touch();
    return true;
  }

  /** From now on heartbeats are sent, and a client that is silent for two intervals is gone. */
  startHeartbeat(seconds: number): void {
    this.#heartbeat = new Heartbeat(seconds, {
      // What is not read cannot be heard: then the client lives as long as it takes what it is sent.
      bytesMoved: () =>
        this.#isCongested ? this.#socket.bytesWritten - this.#socket.writableLength : this.#socket.bytesRead,
      beat: () => {
        this.writer.heartbeat();
        this.touch();
      },
      onSilence: () => this.#events.onGone(`no heartbeat for ${2 * seconds} s`),
    });
  }

  /** Something was written: it leaves at the end of this turn. */
  touch(): void {
    if (this.#isDirty || this.#isClosed) return;
    this.#isDirty = true;
    this.#outbox.add(this);
  }

  /** Something was written that may wait a moment: it leaves together with what follows it. */
  touchSoon(): void {
    if (this.#isDirty || this.#isClosed) return;
    this.#collecting ??= setTimeout(() => this.touch(), collectMs);
  }

  flush(): void {
    this.#isDirty = false;
    clearTimeout(this.#collecting);
    this.#collecting = undefined;
    if (this.#isClosed) return;
    this.#events.beforeFlush();
    const buffers = this.writer.take();
    const socket = this.#socket;
    if (buffers.length > 1) socket.cork();
    for (const buffer of buffers) socket.write(buffer);
    if (buffers.length > 1) socket.uncork();
    if (socket.writableLength >= congestedFrom) {
      this.#isCongested = true;
      socket.pause();
    } else if (this.#isCongested && !socket.writableNeedDrain) this.#onDrain();
  }

  #onDrain(): void {
    if (!this.#isCongested) return;
    this.#isCongested = false;
    this.#socket.resume();
    this.#events.onDrain();
  }

  /** Writes what is left and closes our half; a client that never closes its own would keep the socket for ever. */
  end(): void {
    this.flush();
    this.#stop();
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), patienceMs).unref();
  }

  /** Closes it at once; what is not written yet is lost. */
  destroy(): void {
    this.#stop();
    this.#socket.destroy();
  }

  #stop(): void {
    this.#isClosed = true;
    clearTimeout(this.#collecting);
    this.#heartbeat?.[Symbol.dispose]();
  }
}

function address(host: string | undefined, port: number | undefined): string {
  return `${(host ?? '?').replace(/^::ffff:/, '')}:${port ?? '?'}`;
}
