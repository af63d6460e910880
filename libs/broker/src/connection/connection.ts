import type { Socket } from 'node:net';
import { AmqpError } from '../codec/amqp-error.ts';
import { ByteReader } from '../codec/byte-reader.ts';
import { FrameReader, frameError, frameTypes } from '../codec/frame-reader.ts';
import { methodName, methods } from '../codec/methods.ts';
import { SyntaxFault } from '../codec/syntax-fault.ts';
import type { BrokerEvent } from '../events.ts';
import type { VirtualHost } from '../vhost/virtual-host.ts';
import { handleFrame } from './channel-frames.ts';
import { ClientSocket } from './client-socket.ts';
import { closeArguments } from './close-arguments.ts';
import type { DirectReplies } from './direct-replies.ts';
import { Handshake, type HandshakeHost } from './handshake.ts';
import { protocolHeader } from './handshake-arguments.ts';
import type { Outbox } from './outbox.ts';
import { Session } from './session.ts';

/** What a connection needs of the broker it belongs to. */
export interface ConnectionHost extends HandshakeHost {
  readonly outbox: Outbox;
  readonly replies: DirectReplies;
  log(event: BrokerEvent): void;
  onClosed(connection: Connection): void;
}

/** How long a client may take to shake hands, or to answer connection.close. */
const patienceMs = 10_000;

/** One client: its frames, to the handshake and then to channels, until it leaves or must go. */
export class Connection {
  readonly #host: ConnectionHost;
  readonly #socket: ClientSocket;
  readonly #reader: FrameReader;
  readonly #handshake: Handshake;
  #session: Session | undefined;
  #stage: 'open' | 'closing' | 'closed' = 'open';
  #patience: NodeJS.Timeout | undefined;
  #isGone: boolean = false;
  /** The method being handled, for the error that it may end in. */
  #method = 0;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#host = host;
    this.#socket = new ClientSocket(socket, host.outbox, {
      onData: (chunk) => this.#onData(chunk),
      beforeFlush: () => this.#session?.tellConfirms(),
      onDrain: () => this.#onDrain(),
      onGone: (why) => this.#onGone(why),
    });
    this.#reader = new FrameReader(host.tuning.frameMax, (type, channel, payload) =>
      this.#onFrame(type, channel, payload),
    );
    this.#handshake = new Handshake(host, {
      send: (method, args) => this.#send(method, args),
      onTuned: ({ frameMax }) => {
        this.#reader.maxFrameSize = frameMax;
        this.#socket.writer.maxFrameSize = frameMax;
      },
      onOpened: (vhost) => this.#onOpened(vhost),
    });
    this.#waitNoLongerThan('handshake');
  }

  get name(): string {
    return this.#socket.name;
  }

  /** Undefined until the client is let in. */
  get session(): Session | undefined {
    return this.#session;
  }

  get isRunning(): boolean {
    return this.#stage === 'open' && this.#handshake.step === 'running';
  }

  #onDrain(): void {
    this.#session?.dispatch();
    try {
      this.#reader.resume();
    } catch (error) {
      this.#onError(error);
    }
  }

  #onData(chunk: Buffer): void {
    this.#method = 0;
    try {
      if (this.#stage === 'open' && this.#handshake.step === 'header') this.#onHeader(chunk);
      else this.#reader.push(chunk);
    } catch (error) {
      this.#onError(error);
    }
  }

  #onHeader(chunk: Buffer): void {
    const rest = this.#handshake.onHeader(chunk);
    if (rest === 'incomplete') return;
    if (rest !== 'foreign') {
      this.#reader.push(rest);
      return;
    }
    // AMQP 0-9-1 §4.2.2: the answer to another protocol is the header of ours.
    this.#log('refused', 'the client speaks another protocol');
    this.#socket.writer.raw(protocolHeader);
    this.#end();
  }

  #send(method: number, args?: Buffer): void {
    this.#socket.writer.method(0, method, args);
    this.#socket.touch();
  }

  #onFrame(type: number, number: number, payload: Buffer): void {
    if (this.#stage !== 'open') {
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
    if (this.#socket.isCongested) this.#reader.pause();
  }

  #onChannelFrame(type: number, number: number, payload: Buffer): void {
    const session = this.#session;
    if (session === undefined) throw new AmqpError(503, 'channel frame before the connection is open');
    const channel = session.channels.get(number);
    if (channel === undefined) {
      if (this.#method !== methods.channelOpen) throw new AmqpError(504, "expected 'channel.open'");
      // That there are too many is not the method's fault.
      this.#method = 0;
      session.open(number);
      return;
    }
    if (type !== frameTypes.method && channel.incoming !== undefined) this.#method = methods.basicPublish;
    try {
      handleFrame(channel, type, payload);
    } catch (error) {
      if (!(error instanceof AmqpError) || error.isHard) throw error;
      this.#log('channel-error', error.message);
      channel.fail(error, this.#method);
    }
  }

  #onConnectionFrame(type: number, payload: Buffer): void {
    if (type !== frameTypes.method) throw new AmqpError(505, 'content on channel 0');
    const args = new ByteReader(payload, 4);
    switch (this.#method) {
      case methods.connectionClose:
        this.#session?.close();
        this.#send(methods.connectionCloseOk);
        this.#end();
        return;
      case methods.connectionCloseOk:
        this.#end();
        return;
      case methods.connectionUpdateSecret:
        throw new AmqpError(540, 'connection.update_secret');
    }
    this.#handshake.onMethod(this.#method, args);
  }

  #onOpened(vhost: VirtualHost): void {
    clearTimeout(this.#patience);
    const { client, tuning } = this.#handshake;
    const { nodeName, replies } = this.#host;
    this.#session = new Session({
      socket: this.#socket,
      client,
      vhost,
      nodeName,
      replies,
      channelMax: tuning.channelMax,
    });
    if (tuning.heartbeatSeconds > 0) this.#socket.startHeartbeat(tuning.heartbeatSeconds);
    this.#log('connected', `vhost '${vhost.name}', user '${client.user}'`);
  }

  #onError(error: unknown): void {
    if (error instanceof AmqpError) this.fail(error);
    else if (error instanceof SyntaxFault) this.fail(new AmqpError(501, `cannot decode: ${error.message}`));
    else this.fail(new AmqpError(541, error instanceof Error ? error.message : String(error)));
  }

  /** Ends the connection and tells the client why. */
  fail(error: AmqpError): void {
    if (this.#stage !== 'open') return;
    this.#log('connection-error', error.message);
    this.#session?.close();
    if (this.#handshake.step === 'start' && !this.#handshake.client.canBeRefused) {
      this.#end();
      return;
    }
    this.#stage = 'closing';
    this.#send(methods.connectionClose, closeArguments(error, this.#method));
    this.#waitNoLongerThan('close');
  }

  #onClosingFrame(type: number, number: number, payload: Buffer): void {
    if (number !== 0 || type !== frameTypes.method || payload.length < 4) return;
    const method = payload.readUInt32BE(0);
    if (method === methods.connectionClose) this.#send(methods.connectionCloseOk);
    if (method === methods.connectionCloseOk || method === methods.connectionClose) this.#end();
  }

  /** Writes what is left and closes the socket. */
  #end(): void {
    this.#socket.end();
    this.#stage = 'closed';
    this.#reader.stop();
    this.#onGone('closed');
  }

  #onGone(why: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#patience);
    if (this.#stage !== 'closed') {
      this.#session?.close();
      this.#stage = 'closed';
      this.#reader.stop();
      this.#socket.destroy();
    }
    this.#log('disconnected', why);
    this.#host.onClosed(this);
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
    this.#host.log({ kind, connection: this.name, text });
  }
}
