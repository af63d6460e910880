import type { Socket } from 'node:net';
import { AmqpError } from '../codec/amqp-error.ts';
import { ByteReader } from '../codec/byte-reader.ts';
import { ByteWriter } from '../codec/byte-writer.ts';
import { FrameReader, frameError, frameTypes } from '../codec/frame-reader.ts';
import { FrameWriter } from '../codec/frame-writer.ts';
import { methodName, methods } from '../codec/methods.ts';
import { SyntaxFault } from '../codec/syntax-fault.ts';
import type { BrokerEvent } from '../events.ts';
import type { VirtualHost } from '../vhost/virtual-host.ts';
import { Channel, type ChannelHost } from './channel.ts';
import { handleFrame } from './channel-frames.ts';
import type { DirectReplies } from './direct-replies.ts';
import {
  assertKnown,
  type Client,
  nobody,
  protocolHeader,
  readStartOk,
  readTuneOk,
  startArguments,
  type Tuning,
  tuneArguments,
} from './handshake-arguments.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Outbox } from './outbox.ts';

/** What a connection needs of the broker it belongs to. */
export interface ConnectionHost {
  readonly nodeName: string;
  readonly users: Readonly<Record<string, string>>;
  readonly tuning: Tuning;
  readonly outbox: Outbox;
  readonly replies: DirectReplies;
  /** The virtual host of this name, made if the broker makes them. @throws {AmqpError} 530 */
  openVhost(name: string): VirtualHost;
  log(event: BrokerEvent): void;
  onClosed(connection: Connection): void;
}

type Stage = 'header' | 'start' | 'tune' | 'open' | 'running' | 'closing' | 'closed';

/** Bytes waiting for a socket that does not drain, from which on nothing more is delivered to it and nothing read from it. */
const congestedFrom = 1024 * 1024;
/** How long a client may take to shake hands, or to answer connection.close. */
const patienceMs = 10_000;

/** One client's socket: handshake, frames in and out, and the channels. */
export class Connection implements ChannelHost {
  readonly host: ConnectionHost;
  /** `127.0.0.1:40000 -> 127.0.0.1:5672`, as RabbitMQ names connections. */
  readonly name: string;
  readonly writer = new FrameWriter();
  readonly channels = new Map<number, Channel>();
  client: Client = nobody;
  vhost: VirtualHost | undefined;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  #stage: Stage = 'header';
  #head: Buffer = Buffer.alloc(0);
  #tuning: Tuning;
  #heartbeat: Heartbeat | undefined;
  #patience: NodeJS.Timeout | undefined;
  #isDirty: boolean = false;
  #isCongested: boolean = false;
  readonly #confirming = new Set<Channel>();
  /** The method being handled, for the error that it may end in. */
  #method = 0;

  constructor(socket: Socket, host: ConnectionHost) {
    this.host = host;
    this.#socket = socket;
    this.#tuning = host.tuning;
    this.name = `${address(socket.remoteAddress, socket.remotePort)} -> ${address(socket.localAddress, socket.localPort)}`;
    this.#reader = new FrameReader(host.tuning.frameMax, (type, channel, payload) =>
      this.#onFrame(type, channel, payload),
    );
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('drain', () => this.#onDrain());
    socket.on('error', (error) => this.#onGone(error.message));
    socket.on('close', () => this.#onGone('closed by the client'));
    this.#waitNoLongerThan('handshake');
  }

  get nodeName(): string {
    return this.host.nodeName;
  }

  get replies(): DirectReplies {
    return this.host.replies;
  }

  get isCongested(): boolean {
    if (this.#isCongested) return true;
    if (this.writer.pendingBytes + this.#socket.writableLength < congestedFrom) return false;
    this.#isCongested = true;
    this.touch();
    return true;
  }

  get isRunning(): boolean {
    return this.#stage === 'running';
  }

  touch(): void {
    if (this.#isDirty || this.#stage === 'closed') return;
    this.#isDirty = true;
    this.host.outbox.add(this);
  }

  touchConfirms(channel: Channel): void {
    this.#confirming.add(channel);
    this.touch();
  }

  flush(): void {
    this.#isDirty = false;
    if (this.#stage === 'closed') return;
    for (const channel of this.#confirming) channel.confirms?.flush(channel.number, this.writer);
    this.#confirming.clear();
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
    for (const channel of this.channels.values()) {
      for (const consumer of channel.consumers.values()) consumer.queue.dispatch();
    }
    try {
      this.#reader.resume();
    } catch (error) {
      this.#onError(error);
    }
  }

  #onData(chunk: Buffer): void {
    this.#method = 0;
    try {
      if (this.#stage === 'header') this.#onHeader(chunk);
      else this.#reader.push(chunk);
    } catch (error) {
      this.#onError(error);
    }
  }

  #onHeader(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    const size = Math.min(this.#head.length, protocolHeader.length);
    if (!this.#head.subarray(0, size).equals(protocolHeader.subarray(0, size))) {
      // AMQP 0-9-1 §4.2.2: the answer to another protocol is the header of ours.
      this.#log('refused', 'the client speaks another protocol');
      this.writer.raw(protocolHeader);
      this.#end();
      return;
    }
    if (size < protocolHeader.length) return;
    const rest = this.#head.subarray(size);
    this.#head = Buffer.alloc(0);
    this.#stage = 'start';
    this.#send(methods.connectionStart, startArguments(this.nodeName));
    this.#reader.push(rest);
  }

  #send(method: number, args?: Buffer): void {
    this.writer.method(0, method, args);
    this.touch();
  }

  #onFrame(type: number, number: number, payload: Buffer): void {
    if (this.#stage === 'closing' || this.#stage === 'closed') {
      this.#onClosingFrame(type, number, payload);
      return;
    }
    if (type === frameTypes.heartbeat) return;
    this.#method = 0;
    if (type === frameTypes.method) {
      if (payload.length < 4) throw frameError(type, payload, 'unknown_frame');
      const method = payload.readUInt32BE(0);
      if (methodName(method) === undefined)
        throw new AmqpError(540, `unknown method ${method >>> 16}.${method & 0xffff}`);
      this.#method = method;
    } else if (type !== frameTypes.header && type !== frameTypes.body) {
      throw frameError(type, payload, 'unknown_frame');
    }
    if (number === 0) this.#onConnectionFrame(type, payload);
    else this.#onChannelFrame(type, number, payload);
    // A client that asks but does not read: even what came already must wait, or one chunk of requests could ask for gigabytes.
    if (this.isCongested) this.#reader.pause();
  }

  #onChannelFrame(type: number, number: number, payload: Buffer): void {
    const channel = this.channels.get(number);
    if (channel !== undefined) {
      if (type !== frameTypes.method && channel.incoming !== undefined) this.#method = methods.basicPublish;
      try {
        handleFrame(channel, type, payload);
      } catch (error) {
        if (!(error instanceof AmqpError) || error.isHard) throw error;
        this.#log('channel-error', error.message);
        channel.fail(error, this.#method);
      }
      return;
    }
    if (this.vhost === undefined || this.#stage !== 'running') {
      throw new AmqpError(503, 'channel frame before the connection is open');
    }
    if (this.#method !== methods.channelOpen) throw new AmqpError(504, "expected 'channel.open'");
    if (this.#tuning.channelMax > 0 && this.channels.size >= this.#tuning.channelMax) {
      this.#method = 0;
      throw new AmqpError(
        530,
        `number of channels opened (${this.channels.size}) has reached the negotiated channel_max (${this.#tuning.channelMax})`,
      );
    }
    const opened = new Channel(number, this, this.vhost);
    this.channels.set(number, opened);
    opened.send(methods.channelOpenOk, new ByteWriter().u32(0).done());
  }

  #onConnectionFrame(type: number, payload: Buffer): void {
    if (type !== frameTypes.method) throw new AmqpError(505, 'content on channel 0');
    const args = new ByteReader(payload, 4);
    switch (this.#method) {
      case methods.connectionClose:
        this.#releaseAll();
        this.#send(methods.connectionCloseOk);
        this.#end();
        return;
      case methods.connectionCloseOk:
        this.#end();
        return;
      case methods.connectionUpdateSecret:
        throw new AmqpError(540, 'connection.update_secret');
    }
    if (this.#stage === 'start' && this.#method === methods.connectionStartOk) this.#onStartOk(args);
    else if (this.#stage === 'tune' && this.#method === methods.connectionTuneOk) this.#onTuneOk(args);
    else if (this.#stage === 'open' && this.#method === methods.connectionOpen) this.#onOpen(args);
    else throw new AmqpError(504, `unexpected method in connection state ${this.#stage}`);
  }

  #onStartOk(args: ByteReader): void {
    const { client, mechanism, credentials } = readStartOk(args);
    this.client = client;
    assertKnown(this.host.users, credentials, mechanism);
    this.#stage = 'tune';
    this.#send(methods.connectionTune, tuneArguments(this.host.tuning));
  }

  #onTuneOk(args: ByteReader): void {
    this.#tuning = readTuneOk(args, this.host.tuning);
    this.#reader.maxFrameSize = this.#tuning.frameMax;
    this.writer.maxFrameSize = this.#tuning.frameMax;
    this.#stage = 'open';
  }

  #onOpen(args: ByteReader): void {
    this.vhost = this.host.openVhost(args.shortText());
    this.#stage = 'running';
    clearTimeout(this.#patience);
    this.#send(methods.connectionOpenOk, Buffer.of(0));
    const seconds = this.#tuning.heartbeatSeconds;
    if (seconds > 0) {
      this.#heartbeat = new Heartbeat(seconds, {
        // What is not read cannot be heard: then the client lives as long as it takes what it is sent.
        bytesMoved: () =>
          this.#isCongested ? this.#socket.bytesWritten - this.#socket.writableLength : this.#socket.bytesRead,
        beat: () => {
          this.writer.heartbeat();
          this.touch();
        },
        onSilence: () => this.#onGone(`no heartbeat for ${2 * seconds} s`),
      });
    }
    this.#log('connected', `vhost '${this.vhost.name}', user '${this.client.user}'`);
  }

  #onError(error: unknown): void {
    if (error instanceof AmqpError) this.fail(error);
    else if (error instanceof SyntaxFault) this.fail(new AmqpError(501, `cannot decode: ${error.message}`));
    else this.fail(new AmqpError(541, error instanceof Error ? error.message : String(error)));
  }

  /** Ends the connection and tells the client why. */
  fail(error: AmqpError): void {
    if (this.#stage === 'closing' || this.#stage === 'closed') return;
    this.#log('connection-error', error.message);
    const isRefusal = this.#stage === 'start';
    this.#releaseAll();
    if (isRefusal && !this.client.canBeRefused) {
      this.#end();
      return;
    }
    this.#stage = 'closing';
    const args = new ByteWriter()
      .u16(error.code)
      .shortText(error.message)
      .u16(this.#method >>> 16)
      .u16(this.#method & 0xffff);
    this.#send(methods.connectionClose, args.done());
    this.#waitNoLongerThan('close');
  }

  #onClosingFrame(type: number, number: number, payload: Buffer): void {
    if (number !== 0 || type !== frameTypes.method || payload.length < 4) return;
    const method = payload.readUInt32BE(0);
    if (method === methods.connectionClose) this.#send(methods.connectionCloseOk);
    if (method === methods.connectionCloseOk || method === methods.connectionClose) this.#end();
  }

  /** Ends channels, and exclusive queues with them. */
  #releaseAll(): void {
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
    this.#confirming.clear();
    const owned = [...(this.vhost?.queues.values() ?? [])].filter((queue) => queue.owner === this);
    for (const queue of owned) this.vhost?.deleteQueue(queue);
  }

  forget(channel: Channel): void {
    this.channels.delete(channel.number);
  }

  /** Writes what is left and closes the socket. */
  #end(): void {
    this.flush();
    this.#stage = 'closed';
    this.#reader.stop();
    this.#socket.end();
    this.#onGone('closed');
    // A client that never closes its half would keep the socket for ever.
    setTimeout(() => this.#socket.destroy(), patienceMs).unref();
  }

  #isGone: boolean = false;

  #onGone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#patience);
    this.#heartbeat?.[Symbol.dispose]();
    if (this.#stage !== 'closed') {
      this.#releaseAll();
      this.#stage = 'closed';
      this.#reader.stop();
      this.#socket.destroy();
    }
    this.#log('disconnected', why);
    this.host.onClosed(this);
  }

  /** Ends the socket at once, without a word. */
  destroy(): void {
    this.#onGone('ended by the broker');
    this.#socket.destroy();
  }

  #waitNoLongerThan(what: string): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#onGone(`no ${what} within ${patienceMs} ms`), patienceMs);
    this.#patience.unref();
  }

  #log(kind: BrokerEvent['kind'], text: string): void {
    this.host.log({ kind, connection: this.name, text });
  }
}

function address(host: string | undefined, port: number | undefined): string {
  return `${(host ?? '?').replace(/^::ffff:/, '')}:${port ?? '?'}`;
}
