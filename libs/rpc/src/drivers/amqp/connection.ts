import type { Duplex } from 'node:stream';
import type { ChannelModel } from 'amqplib';
import { abortable } from '../../abortable.ts';
import { InvalidOption, TransportClosed } from '../../errors.ts';
import type { BrokerHost } from '../../transport-url.ts';
import { asRefusal, isRefusal } from './broker-errors.ts';
import { type DialConfig, dial, nameOf } from './dial.ts';
import { HostRounds, pauseAfter } from './host-rounds.ts';
import { pause } from './pause.ts';
import { asTlsFailure } from './tls-errors.ts';

/** What the user of a connection does with it, and is told. */
export interface ConnectionUser {
  /** Makes channels, topology and consumers on a fresh connection. Rejecting closes it, and the next host is dialled. */
  restore(model: ChannelModel): Promise<void>;
  /** The connection is gone because of `error`; a new one is being dialled. */
  lost(error: Error): void;
  /** Every host failed once more; `error` is the last one's. */
  roundFailed(error: Error): void;
  /** Each change of state with the host it concerns, for whoever watches. */
  report(event: ReportedEvent, host?: string, error?: unknown): void;
}

export type ReportedEvent = 'connected' | 'lost' | 'retrying' | 'blocked' | 'unblocked';

/**
 * One connection to one of several hosts that comes back by itself until it is closed. Before it ever stood, a refusal
 * (credentials, virtual host, certificates) is an error at once; later it is retried, because a broker that starts may refuse for a while.
 */
export class RecoveringConnection {
  readonly #config: DialConfig;
  readonly #user: ConnectionUser;
  readonly #rounds: HostRounds;
  readonly #closing = new AbortController();
  #model: ChannelModel | undefined;
  #host: string | undefined;
  #opened: Promise<void> | undefined;
  #recovery: Promise<void> = Promise.resolve();
  #wasOpen = false;

  constructor(config: DialConfig, user: ConnectionUser) {
    this.#config = config;
    this.#user = user;
    this.#rounds = new HostRounds(config.hosts, config.options);
  }

  /** `host:port`, while connected. */
  get host(): string | undefined {
    return this.#host;
  }

  get isConnected(): boolean {
    return this.#model !== undefined;
  }

  /** True from the first `open` on. */
  get isWanted(): boolean {
    return this.#opened !== undefined;
  }

  /**
   * Resolves when the connection stands for the first time; later calls get the same answer, and try anew if it failed.
   * @throws {BrokerRefused} TlsFailure, InvalidOption at once; the signal's reason.
   */
  open(signal?: AbortSignal): Promise<void> {
    const signals = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    this.#opened ??= this.#openOnce(signals);
    return this.#opened;
  }

  /** Cuts the connection that stands, if one does, as a failing network would. */
  break(): void {
    // amqplib's types hide what its Connection has.
    const connection = this.#model?.connection as { readonly stream?: Duplex } | undefined;
    connection?.stream?.destroy(new Error('the connection was broken on purpose'));
  }

  async close(): Promise<void> {
    this.#closing.abort(new TransportClosed('the transport was closed'));
    await this.#opened?.catch(ignore);
    await this.#recovery;
    const model = this.#model;
    this.#model = undefined;
    this.#host = undefined;
    if (model !== undefined) await closeModel(model);
  }

  async #openOnce(signal: AbortSignal): Promise<void> {
    try {
      await this.#connect(signal);
    } catch (error) {
      this.#opened = undefined; // what refused may not refuse the next time
      throw error;
    }
  }

  /** Dials round after round until a host answers and everything is restored on it. */
  async #connect(signal: AbortSignal): Promise<void> {
    for (let failedRounds = 1; ; failedRounds++) {
      let lastError = new Error('no host');
      for (const host of this.#rounds.next()) {
        signal.throwIfAborted();
        try {
          return await this.#adopt(await this.#dial(host, signal), nameOf(host));
        } catch (error) {
          signal.throwIfAborted();
          lastError = await this.#explain(error, host);
          this.#user.report('retrying', nameOf(host), lastError);
        }
      }
      this.#user.roundFailed(lastError);
      await pause(pauseAfter(failedRounds, this.#config.options), signal);
    }
  }

  /** Why an attempt failed. @throws before the connection ever stood, what trying again does not mend. */
  async #explain(error: unknown, host: BrokerHost): Promise<Error> {
    const tls = await asTlsFailure(error, host, this.#config.options);
    if (!this.#wasOpen) {
      if (isRefusal(error)) throw asRefusal(error, nameOf(host), this.#config.virtualHost);
      if (tls !== undefined) throw tls;
      if (error instanceof InvalidOption) throw error;
    }
    return tls ?? (error instanceof Error ? error : new Error(String(error)));
  }

  /** An attempt that is given up goes on by itself; what comes of it is closed. */
  async #dial(host: BrokerHost, signal: AbortSignal): Promise<ChannelModel> {
    const dialling = dial(this.#config, host);
    try {
      return await abortable(dialling, signal);
    } catch (error) {
      if (signal.aborted) dialling.then(closeModel).catch(ignore);
      throw error;
    }
  }

  async #adopt(model: ChannelModel, host: string): Promise<void> {
    let closedBy: Error | undefined;
    model.on('error', (error: Error) => {
      closedBy = error;
    });
    model.on('close', (error?: Error) => {
      closedBy ??= error ?? new Error('connection closed');
      if (this.#model === model) this.#lose(host, closedBy);
    });
    model.on('blocked', (reason: string) => this.#user.report('blocked', host, new Error(reason)));
    model.on('unblocked', () => this.#user.report('unblocked', host));
    try {
      if (this.#closing.signal.aborted) throw this.#closing.signal.reason;
      await this.#user.restore(model);
      if (closedBy !== undefined) throw closedBy;
    } catch (error) {
      await closeModel(model);
      throw error;
    }
    this.#model = model;
    this.#host = host;
    this.#wasOpen = true;
    this.#user.report('connected', host);
  }

  #lose(host: string, error: Error): void {
    this.#model = undefined;
    this.#host = undefined;
    this.#user.lost(error);
    if (this.#closing.signal.aborted) return;
    this.#user.report('lost', host, error);
    this.#recovery = this.#recover();
  }

  async #recover(): Promise<void> {
    const { signal } = this.#closing;
    try {
      await pause(this.#config.options.kombu_reconnect_delay * 1_000, signal);
      await this.#connect(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** A broker that does not answer the farewell must not hold up ours. */
const farewellMs = 2_000;

async function closeModel(model: ChannelModel): Promise<void> {
  const given = new AbortController();
  const closed = model.close().then(ignore, ignore); // already closed: what was wanted
  await Promise.race([closed, pause(farewellMs, given.signal).catch(ignore)]);
  given.abort();
}

function ignore(): void {}
