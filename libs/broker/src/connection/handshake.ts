import { AmqpError } from '../codec/amqp-error.ts';
import type { ByteReader } from '../codec/byte-reader.ts';
import { methods } from '../codec/methods.ts';
import type { VirtualHost } from '../vhost/virtual-host.ts';
import { type Client, nobody } from './client.ts';
import { assertKnown } from './credentials.ts';
import {
  protocolHeader,
  readStartOk,
  readTuneOk,
  startArguments,
  type Tuning,
  tuneArguments,
} from './handshake-arguments.ts';

/** What a handshake needs of the broker. */
export interface HandshakeHost {
  readonly nodeName: string;
  readonly users: Readonly<Record<string, string>>;
  readonly tuning: Tuning;
  /** The virtual host of this name, made if the broker makes them. @throws {AmqpError} 530 */
  openVhost(name: string): VirtualHost;
}

/** What a handshake tells its connection. */
export interface HandshakeEvents {
  send(method: number, args?: Buffer): void;
  onTuned(tuning: Tuning): void;
  /** It is over, and channels may be opened. */
  onOpened(vhost: VirtualHost): void;
}

/** From the protocol header to connection.open_ok: who the client is, what was agreed, and where it works. */
export class Handshake {
  readonly #host: HandshakeHost;
  readonly #events: HandshakeEvents;
  #step: 'header' | 'start' | 'tune' | 'open' | 'running' = 'header';
  #head: Buffer = Buffer.alloc(0);
  #client: Client = nobody;
  #tuning: Tuning;
  #vhost: VirtualHost | undefined;

  constructor(host: HandshakeHost, events: HandshakeEvents) {
    this.#host = host;
    this.#events = events;
    this.#tuning = host.tuning;
  }

  /** What the client is to send next; `running` when it is over. */
  get step(): 'header' | 'start' | 'tune' | 'open' | 'running' {
    return this.#step;
  }

  get client(): Client {
    return this.#client;
  }

  get tuning(): Tuning {
    return this.#tuning;
  }

  /** Undefined until it is over. */
  get vhost(): VirtualHost | undefined {
    return this.#vhost;
  }

  /** Reads the protocol header, which may come in pieces, and gives what follows it, when it is whole. */
  onHeader(chunk: Buffer): Buffer | 'incomplete' | 'foreign' {
    this.#head = Buffer.concat([this.#head, chunk]);
    const size = Math.min(this.#head.length, protocolHeader.length);
    if (!this.#head.subarray(0, size).equals(protocolHeader.subarray(0, size))) return 'foreign';
    if (size < protocolHeader.length) return 'incomplete';
    const rest = this.#head.subarray(size);
    this.#head = Buffer.alloc(0);
    this.#step = 'start';
    this.#events.send(methods.connectionStart, startArguments(this.#host.nodeName));
    return rest;
  }

  /** @throws {AmqpError} 504 for a method out of turn; 403, 530 */
  onMethod(method: number, args: ByteReader): void {
    if (this.#step === 'start' && method === methods.connectionStartOk) this.#onStartOk(args);
    else if (this.#step === 'tune' && method === methods.connectionTuneOk) this.#onTuneOk(args);
    else if (this.#step === 'open' && method === methods.connectionOpen) this.#onOpen(args);
    else throw new AmqpError(504, `unexpected method in connection state ${this.#step}`);
  }

  #onStartOk(args: ByteReader): void {
    const { client, mechanism, credentials } = readStartOk(args);
    this.#client = client;
    assertKnown(this.#host.users, credentials, mechanism);
    this.#step = 'tune';
    this.#events.send(methods.connectionTune, tuneArguments(this.#host.tuning));
  }

  #onTuneOk(args: ByteReader): void {
    this.#tuning = readTuneOk(args, this.#host.tuning);
    this.#step = 'open';
    this.#events.onTuned(this.#tuning);
  }

  #onOpen(args: ByteReader): void {
    this.#vhost = this.#host.openVhost(args.shortText());
    this.#step = 'running';
    this.#events.send(methods.connectionOpenOk, Buffer.of(0));
    this.#events.onOpened(this.#vhost);
  }
}
