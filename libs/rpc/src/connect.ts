import { basename } from 'node:path';
import { compressionOf } from './compression.ts';
import { AmqpDriver } from './drivers/amqp/amqp-driver.ts';
import { assertDuration } from './duration.ts';
import { type RabbitOptions, readOptions } from './options.ts';
import { queueNames } from './queue-names.ts';
import { Transport } from './transport.ts';
import { parseTransportUrl } from './transport-url.ts';
import type { Interceptor } from './types.ts';

/** How a program takes its place on the bus. */
export interface ConnectOptions {
  /** Program name in the broker's list of connections. Default: the name of the script. */
  readonly name?: string;
  /** Exchange of all targets that name none. Default `openstack`. */
  readonly controlExchange?: string;
  /** How long a call waits for its reply. Default: `rpc_response_timeout`, 60 000. The URL's goes before it. */
  readonly responseTimeoutMs?: number;
  /** Driver options; the URL's query overrides them. */
  readonly options?: Partial<RabbitOptions>;
  /** Reply and fanout queues are durable although they expire: for brokers that refuse transient ones that are not exclusive. */
  readonly durableTransient?: boolean;
  /** Python modules whose registered errors may be rebuilt from failures; `builtins` always may. */
  readonly allowedRemoteModules?: readonly string[];
  /** Code around everything published and dispatched, outermost first. */
  readonly interceptors?: readonly Interceptor[];
  /**
   * False: resolves at once, as oslo's transports do, and connects in the background; requests wait for the broker as after a
   * loss, within their `retry`, and fail with {@link BrokerRefused} when it refuses. Default true.
   */
  readonly waitForBroker?: boolean;
  /** Ends the attempt to connect. Without it connecting goes on until a broker answers. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the first broker of `url` that answers, trying one after the other and pausing after each round.
 * @throws {InvalidTransportURL} {@link InvalidOption} at once, {@link BrokerRefused} when a broker refuses credentials or
 * virtual host, the signal's reason when it is aborted.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Transport> {
  const { hosts, virtualHost, query } = parseTransportUrl(url);
  const rabbit = readOptions(options.options ?? {}, query);
  const fromOptions = rabbit.rpc_response_timeout * 1_000;
  assertDuration('responseTimeoutMs', options.responseTimeoutMs);
  const name = options.name ?? basename(process.argv[1] ?? 'node');
  const driver = new AmqpDriver({
    hosts,
    virtualHost,
    program: name,
    options: { ...rabbit, durableTransient: options.durableTransient ?? false, isTransientRefused: false },
  });
  const transport = new Transport(name, {
    driver,
    options: rabbit,
    compression: compressionOf(rabbit.kombu_compression),
    names: queueNames(rabbit),
    controlExchange: options.controlExchange ?? 'openstack',
    responseTimeoutMs: query.has('rpc_response_timeout') ? fromOptions : (options.responseTimeoutMs ?? fromOptions),
    allowedRemoteModules: new Set(options.allowedRemoteModules),
    interceptors: options.interceptors ?? [],
  });
  if (options.waitForBroker !== false) await driver.open(options.signal);
  return transport;
}
