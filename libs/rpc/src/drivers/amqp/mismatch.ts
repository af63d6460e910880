/** In what an exchange or queue that exists differs from what was to be declared. */
export interface Difference {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  /** `durable`, `auto_delete`, `type`, or an argument such as `x-expires`. */
  readonly flag: string;
  readonly wanted: string;
  readonly existing: string;
}

const words =
  /inequivalent arg '([^']+)' for (exchange|queue) '([^']*)' in vhost .*?: received (.*?) but current is (.*?)"?$/s;

/** Takes the broker's words of a 406 apart; undefined when they are about something else. */
export function readDifference(message: string): Difference | undefined {
  const match = words.exec(message);
  if (match === null) return undefined;
  const [, flag = '', kind, name = '', wanted = '', existing = ''] = match;
  return {
    kind: kind === 'exchange' ? 'exchange' : 'queue',
    name,
    flag,
    wanted: plain(wanted),
    existing: plain(existing),
  };
}

/** The difference as a sentence that names the options to look at. */
export function describeDifference({ kind, name, flag, wanted, existing }: Difference): string {
  const options = optionsOf[flag];
  const advice = options === undefined ? '' : `; all peers must agree on ${options}`;
  return `${kind} '${name}' exists with ${flag} ${existing}, but ${flag} ${wanted} is asked for${advice}`;
}

/** Which options decide a flag. */
const optionsOf: Readonly<Record<string, string>> = {
  durable: 'amqp_durable_queues, rabbit_quorum_queue and rabbit_transient_quorum_queue',
  auto_delete: 'amqp_auto_delete',
  'x-queue-type': 'rabbit_quorum_queue, rabbit_transient_quorum_queue and rabbit_stream_fanout',
  'x-expires': 'rabbit_transient_queues_ttl',
  'x-max-age': 'rabbit_transient_queues_ttl',
  'x-delivery-limit': 'rabbit_quorum_delivery_limit',
  'x-max-in-memory-length': 'rabbit_quorum_max_memory_length',
  'x-max-in-memory-bytes': 'rabbit_quorum_max_memory_bytes',
  'x-ha-policy': 'rabbit_ha_queues',
};

/** `'true'`, `none`, `the value '1800000' of type 'signedint'`: the value alone. */
function plain(text: string): string {
  return /'([^']*)'/.exec(text)?.[1] ?? text;
}
