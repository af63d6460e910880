import { compressionOf } from './compression.ts';
import { InvalidOption } from './errors.ts';
import { nearest } from './spelling.ts';

/**
 * Driver options, named and defaulted as in oslo.messaging (group `oslo_messaging_rabbit`). Units are oslo's: seconds
 * unless the name says otherwise. The query of the transport URL overrides them.
 */
export interface RabbitOptions {
  /** Topic queues and the control exchange survive a restart of the broker. Must agree between all peers. */
  readonly amqp_durable_queues: boolean;
  readonly amqp_auto_delete: boolean;
  readonly rabbit_quorum_queue: boolean;
  readonly rabbit_quorum_delivery_limit: number;
  readonly rabbit_quorum_max_memory_length: number;
  readonly rabbit_quorum_max_memory_bytes: number;
  /** Reply and fanout queues are quorum queues, fanout exchanges durable. Must agree between all peers. */
  readonly rabbit_transient_quorum_queue: boolean;
  /** One stream per topic instead of a fanout queue per server; needs `rabbit_transient_quorum_queue`. Must agree between all servers. */
  readonly rabbit_stream_fanout: boolean;
  readonly rabbit_ha_queues: boolean;
  /** Reply and fanout queues have names that stay the same over restarts: `<hostname>:<processname>:<counter>` at their end. */
  readonly use_queue_manager: boolean;
  /** Empty: the machine's. */
  readonly hostname: string;
  /** Empty: the name of the script. */
  readonly processname: string;
  /** After so many seconds without consumer the broker deletes reply and fanout queues; 0: never. */
  readonly rabbit_transient_queues_ttl: number;
  /** Unacknowledged messages per consumer; 0: our own bound, which follows the number of workers. */
  readonly rabbit_qos_prefetch_count: number;
  readonly heartbeat_timeout_threshold: number;
  /** Pause after the first round of hosts that failed, its growth per round, and its maximum. */
  readonly rabbit_retry_interval: number;
  readonly rabbit_retry_backoff: number;
  readonly rabbit_interval_max: number;
  /** Pause before the first attempt after a loss. Unlike oslo (1.0): at once. */
  readonly kombu_reconnect_delay: number;
  /** How long a call waits for its reply; `responseTimeoutMs` of a program goes before it, the URL before that. */
  readonly rpc_response_timeout: number;
  /** How long a reply is sent again while its queue is missing. */
  readonly kombu_missing_consumer_retry_timeout: number;
  readonly kombu_failover_strategy: 'round-robin' | 'shuffle';
  /** How bodies are compressed: gzip or zlib (the same), brotli, zstd; empty: not at all. Compressed ones are always read. */
  readonly kombu_compression: string;
  readonly enable_cancel_on_failover: boolean;
  readonly direct_mandatory_flag: boolean;
  /** `EXTERNAL`: the broker knows the user by the certificate of `ssl_cert_file`. */
  readonly rabbit_login_method: 'PLAIN' | 'AMQPLAIN' | 'EXTERNAL';
  readonly ssl: boolean;
  /** PEM; empty: the system's authorities. */
  readonly ssl_ca_file: string;
  /** PEM; for brokers that ask for a certificate of ours. */
  readonly ssl_cert_file: string;
  /** PEM; empty: the key is in `ssl_cert_file`. */
  readonly ssl_key_file: string;
  /** One version of TLS; empty or `SSLv23`: the best that both sides have. */
  readonly ssl_version: '' | 'SSLv23' | 'TLSv1' | 'TLSv1_1' | 'TLSv1_2';
  /** The broker's certificate must be for the host of the URL. As oslo since 18.1; unlike it, without `ssl_ca_file` too. */
  readonly ssl_enforce_hostname_verification: boolean;
}

/** Default of every option: oslo's, except where its comment in RabbitOptions says otherwise. */
export const defaultOptions: RabbitOptions = Object.freeze({
  amqp_durable_queues: false,
  amqp_auto_delete: false,
  rabbit_quorum_queue: false,
  rabbit_quorum_delivery_limit: 0,
  rabbit_quorum_max_memory_length: 0,
  rabbit_quorum_max_memory_bytes: 0,
  rabbit_transient_quorum_queue: false,
  rabbit_stream_fanout: false,
  rabbit_ha_queues: false,
  use_queue_manager: false,
  hostname: '',
  processname: '',
  rabbit_transient_queues_ttl: 1800,
  rabbit_qos_prefetch_count: 0,
  heartbeat_timeout_threshold: 60,
  rabbit_retry_interval: 1,
  rabbit_retry_backoff: 2,
  rabbit_interval_max: 30,
  kombu_reconnect_delay: 0,
  rpc_response_timeout: 60,
  kombu_missing_consumer_retry_timeout: 60,
  kombu_failover_strategy: 'round-robin',
  kombu_compression: '',
  enable_cancel_on_failover: false,
  direct_mandatory_flag: true,
  rabbit_login_method: 'AMQPLAIN',
  ssl: false,
  ssl_ca_file: '',
  ssl_cert_file: '',
  ssl_key_file: '',
  ssl_version: '',
  ssl_enforce_hostname_verification: true,
});

const choices: Readonly<Record<string, readonly string[]>> = {
  kombu_failover_strategy: ['round-robin', 'shuffle'],
  rabbit_login_method: ['PLAIN', 'AMQPLAIN', 'EXTERNAL'],
  ssl_version: ['', 'SSLv23', 'TLSv1', 'TLSv1_1', 'TLSv1_2'],
};

/** Names that oslo.messaging deprecated, or misspelt until 17.0. */
const formerNames: Readonly<Record<string, keyof RabbitOptions>> = {
  rabbit_use_ssl: 'ssl',
  kombu_ssl_version: 'ssl_version',
  kombu_ssl_keyfile: 'ssl_key_file',
  kombu_ssl_certfile: 'ssl_cert_file',
  kombu_ssl_ca_certs: 'ssl_ca_file',
  kombu_reconnect_timeout: 'kombu_missing_consumer_retry_timeout',
  rabbit_quroum_max_memory_length: 'rabbit_quorum_max_memory_length',
  rabbit_quroum_max_memory_bytes: 'rabbit_quorum_max_memory_bytes',
};

/** oslo's options that mean nothing here (pools, pauses of Python's threads): accepted, so that URLs can be shared. */
const withoutMeaning = new Set([
  'heartbeat_rate',
  'heartbeat_in_pthread',
  'rpc_conn_pool_size',
  'conn_pool_min_size',
  'conn_pool_ttl',
  'kombu_reconnect_splay',
]);

/** oslo's options that are somebody else's here; to leave them off is fine. */
const elsewhere: Readonly<Record<string, string>> = {
  ssl_enforce_fips_mode: 'start Node.js with --enable-fips',
};

/**
 * Defaults, then `given`, then the URL's query.
 * @throws {InvalidOption} for an unknown name (naming the nearest known one) or a value of the wrong kind.
 */
export function readOptions(given: Partial<RabbitOptions>, query: ReadonlyMap<string, string>): RabbitOptions {
  const options: Record<string, unknown> = { ...defaultOptions };
  for (const [name, value] of [...Object.entries(given), ...query]) {
    if (value === undefined || withoutMeaning.has(name)) continue;
    const place = elsewhere[name];
    if (place !== undefined) {
      if (readFlag(name, value)) throw new InvalidOption(`option ${name} is not available: ${place}`);
      continue;
    }
    const known = knownName(name);
    options[known] = readValue(known, value);
  }
  if (options['rabbit_quorum_queue'] === true && options['rabbit_ha_queues'] === true) {
    throw new InvalidOption('rabbit_quorum_queue and rabbit_ha_queues exclude each other');
  }
  if (options['rabbit_stream_fanout'] === true && options['rabbit_transient_quorum_queue'] !== true) {
    throw new InvalidOption('rabbit_stream_fanout needs rabbit_transient_quorum_queue: its exchange is durable');
  }
  if (options['ssl_key_file'] !== '' && options['ssl_cert_file'] === '') {
    throw new InvalidOption('ssl_key_file needs ssl_cert_file: a key without its certificate says nothing');
  }
  compressionOf(String(options['kombu_compression']));
  return Object.freeze(options) as unknown as RabbitOptions; // every key of the defaults is there, checked above
}

function knownName(name: string): keyof RabbitOptions {
  if (Object.hasOwn(defaultOptions, name)) return name as keyof RabbitOptions; // just checked
  const former = formerNames[name];
  if (former !== undefined) return former;
  throw new InvalidOption(`unknown option '${name}', did you mean '${nearest(name, Object.keys(defaultOptions))}'?`);
}

function readValue(name: keyof RabbitOptions, value: unknown): unknown {
  const fallback = defaultOptions[name];
  const allowed = choices[name];
  if (allowed !== undefined) {
    const found = allowed.find((each) => each.toLowerCase() === String(value).toLowerCase());
    if (found !== undefined) return found;
    throw new InvalidOption(`option ${name} is '${value}', allowed are ${allowed.filter(Boolean).join(', ')}`);
  }
  if (typeof fallback === 'boolean') return readFlag(name, value);
  if (typeof fallback === 'number') return readNumber(name, value);
  return String(value);
}

function readFlag(name: string, value: unknown): boolean {
  const text = String(value).toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off'].includes(text)) return false;
  throw new InvalidOption(`option ${name} is '${value}', expected true or false`);
}

function readNumber(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isFinite(number) && number >= 0) return number;
  throw new InvalidOption(`option ${name} is '${value}', expected a number of at least 0`);
}
