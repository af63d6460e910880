import { connect, type Socket } from 'node:net';
import { ByteReader } from '../../src/codec/byte-reader.ts';
import { ByteWriter } from '../../src/codec/byte-writer.ts';
import { bool, emptyTable, table } from '../../src/codec/field-table.ts';
import { methodName, methods } from '../../src/codec/methods.ts';

/** One frame, as it stands on the wire. */
export function frame(type: number, channel: number, payload: Buffer, end = 0xce): Buffer {
  return Buffer.concat([new ByteWriter().u8(type).u16(channel).u32(payload.length).done(), payload, Buffer.of(end)]);
}

export function methodFrame(channel: number, method: number, args: Buffer = Buffer.alloc(0)): Buffer {
  return frame(1, channel, Buffer.concat([new ByteWriter().u32(method).done(), args]));
}

export const protocolHeader = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1]);

export interface Heard {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
  /** `queue.declare_ok`; undefined when it is no method. */
  readonly method: string | undefined;
}

/** A client that can be wrong on purpose, which a library does not let one be. */
export class RawClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #heard: Heard[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #isEnded: boolean = false;
  #wake: (() => void) | undefined;
  heartbeats = 0;
  /** Bytes before the first frame are kept as they are, for the answer to a foreign protocol. */
  readonly #isRaw: boolean;

  constructor(url: string, { isRaw = false } = {}) {
    const { hostname, port } = new URL(url);
    this.#isRaw = isRaw;
    this.#socket = connect({ host: hostname, port: Number(port) });
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    // A reset is an end as good as any.
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isEnded = true;
      this.#wake?.();
    });
  }

  /** Bytes that came and are no frames yet. */
  get rest(): Buffer {
    return this.#bytes;
  }

  #onData(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (!this.#isRaw && this.#bytes.length >= 7) {
      const size = this.#bytes.readUInt32BE(3);
      if (this.#bytes.length < size + 8) break;
      const [type, channel] = [this.#bytes.readUInt8(0), this.#bytes.readUInt16BE(1)];
      const payload = this.#bytes.subarray(7, 7 + size);
      this.#bytes = this.#bytes.subarray(size + 8);
      const method = type === 1 ? methodName(payload.readUInt32BE(0)) : undefined;
      if (type === 8) this.heartbeats += 1;
      else this.#heard.push({ type, channel, payload, method });
    }
    this.#wake?.();
  }

  send(...bytes: readonly Buffer[]): void {
    this.#socket.write(Buffer.concat(bytes));
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** The next frame that is no heartbeat; undefined when the broker closed the socket. */
  async next(withinMs = 5000): Promise<Heard | undefined> {
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      const heard = this.#heard.shift();
      if (heard !== undefined || this.#isEnded) return heard;
      deadline.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** Waits until the broker closes the socket. */
  async ended(): Promise<void> {
    while ((await this.next()) !== undefined);
  }

  /** The next frame, which must be this method; its arguments. */
  async expect(name: string): Promise<ByteReader> {
    const heard = await this.next();
    if (heard?.method !== name) throw new Error(`expected ${name}, got ${describe(heard)}`);
    return new ByteReader(heard.payload, 4);
  }

  /** What the broker says when it closes the connection or a channel. */
  async closeReason(): Promise<{
    readonly what: string;
    readonly code: number;
    readonly text: string;
    readonly method: string;
  }> {
    for (;;) {
      const heard = await this.next();
      if (heard === undefined) return { what: 'end', code: 0, text: '', method: '' };
      if (heard.method !== 'connection.close' && heard.method !== 'channel.close') continue;
      const args = new ByteReader(heard.payload, 4);
      const [code, text] = [args.u16(), args.shortText()];
      const method = methodName(args.u16() * 0x10000 + args.u16()) ?? 'none';
      return { what: heard.method, code, text, method };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    while (!this.#isEnded) await new Promise<void>((resolve) => this.#socket.once('close', resolve));
  }
}

function describe(heard: Heard | undefined): string {
  if (heard === undefined) return 'the end of the connection';
  return heard.method ?? `a frame of type ${heard.type}`;
}

export interface HandshakeOptions {
  readonly mechanism?: string;
  readonly response?: Buffer;
  readonly capabilities?: readonly string[];
  readonly frameMax?: number;
  readonly channelMax?: number;
  readonly heartbeat?: number;
  readonly vhost?: string;
}

/** start-ok as a common client sends it. */
export function startOk({ mechanism = 'PLAIN', response, capabilities = [] }: HandshakeOptions = {}): Buffer {
  const wanted = table(capabilities.map((name) => [name, bool(true)] as const));
  const properties = capabilities.length === 0 ? emptyTable : new Map([['capabilities', wanted]]);
  return methodFrame(
    0,
    methods.connectionStartOk,
    new ByteWriter()
      .table(properties)
      .shortText(mechanism)
      .longText(response ?? Buffer.from('\0guest\0guest'))
      .shortText('en_US')
      .done(),
  );
}

export function tuneOk({ channelMax = 2047, frameMax = 131_072, heartbeat = 0 }: HandshakeOptions = {}): Buffer {
  return methodFrame(0, methods.connectionTuneOk, new ByteWriter().u16(channelMax).u32(frameMax).u16(heartbeat).done());
}

export function open(vhost: string): Buffer {
  return methodFrame(0, methods.connectionOpen, new ByteWriter().shortText(vhost).shortText('').u8(0).done());
}

/** Connects, shakes hands and opens channel 1. */
export async function rawClient(url: string, options: HandshakeOptions = {}): Promise<RawClient> {
  const client = new RawClient(url);
  client.send(protocolHeader);
  await client.expect('connection.start');
  client.send(startOk(options));
  await client.expect('connection.tune');
  client.send(tuneOk(options), open(options.vhost ?? vhostOf(url)));
  await client.expect('connection.open_ok');
  client.send(methodFrame(1, methods.channelOpen, Buffer.of(0)));
  await client.expect('channel.open_ok');
  return client;
}

export function vhostOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

export function publishMethod(exchange: string, routingKey: string, bits = 0): Buffer {
  return methodFrame(
    1,
    methods.basicPublish,
    new ByteWriter().u16(0).shortText(exchange).shortText(routingKey).u8(bits).done(),
  );
}

export function contentHeader(size: number, contentClass = 60): Buffer {
  return frame(2, 1, new ByteWriter().u16(contentClass).u16(0).u64(size).u16(0).done());
}
