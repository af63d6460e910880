import { type ConnectOptions, connect } from '../connect.ts';
import { InvalidOption } from '../errors.ts';
import { type RabbitOptions, readOptions } from '../options.ts';
import { core, type Transport } from '../transport.ts';
import { parseTransportUrl } from '../transport-url.ts';
import { type Era, type EraRules, eraRules } from './era.ts';
import { SharedReplyQueue } from './shared-reply-queue.ts';

/** How a program of those days takes its place on the bus. */
export interface LegacyOptions extends ConnectOptions {
  /** Whose wire is spoken. Default `grizzly`. */
  readonly era?: Era;
  /**
   * All calls share one reply queue, named in `_reply_q`, instead of one each: `amqp_rpc_single_reply_queue` of Folsom and
   * Grizzly. Default false. Without meaning for Essex.
   */
  readonly singleReplyQueue?: boolean;
}

/** Key under which a bus keeps what its verbs share; the package does not export it. */
export const parts = Symbol('parts');

/** What the verbs of a bus share. */
export interface BusParts {
  readonly rules: EraRules;
  readonly url: string;
  readonly options: LegacyOptions;
  readonly controlExchange: string;
  readonly replyQueue: SharedReplyQueue | undefined;
}

/** What Nova's verbs were given as configuration and found a connection by. Made by `connectLegacy`. */
export class LegacyBus implements AsyncDisposable {
  readonly transport: Transport;
  readonly era: Era;
  readonly [parts]: BusParts;

  constructor(transport: Transport, url: string, options: LegacyOptions) {
    const { era = 'grizzly', singleReplyQueue = false } = options;
    this.transport = transport;
    this.era = era;
    this[parts] = {
      rules: eraRules[era],
      url,
      options,
      controlExchange: transport[core].controlExchange,
      replyQueue: singleReplyQueue && era !== 'essex' ? new SharedReplyQueue(transport) : undefined,
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return cleanup(this);
  }
}

/**
 * Connects to a broker for the old verbs; options and errors as `connect`. The default control exchange is Nova's.
 * Unlike Nova: one connection to publish and one to consume, instead of a pool, and every message is confirmed.
 * @throws {InvalidOption} also for options that came later; what `connect` throws.
 */
export async function connectLegacy(url: string, options: LegacyOptions = {}): Promise<LegacyBus> {
  assertKnownThen(options.era ?? 'grizzly', readOptions(options.options ?? {}, parseTransportUrl(url).query));
  return new LegacyBus(await connect(url, { controlExchange: 'nova', ...options }), url, options);
}

/** Ends what runs and leaves the bus; connections that were created on it are closed first. */
export async function cleanup(bus: LegacyBus): Promise<void> {
  await bus[parts].replyQueue?.close();
  await bus.transport.close();
}

const laterThanGrizzly = [
  'rabbit_quorum_queue',
  'rabbit_transient_quorum_queue',
  'rabbit_stream_fanout',
  'use_queue_manager',
] as const;
const laterThanEssex = ['amqp_auto_delete', 'rabbit_ha_queues'] as const;

function assertKnownThen(era: Era, options: RabbitOptions): void {
  for (const name of [...laterThanGrizzly, ...(era === 'essex' ? laterThanEssex : [])]) {
    if (options[name]) throw new InvalidOption(`option ${name} is set, which came after ${era}`);
  }
}
