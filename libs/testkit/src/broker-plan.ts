/** Where a broker for tests comes from. */
export const brokerKinds = ['embedded', 'url', 'docker', 'local'] as const;
export type BrokerKind = (typeof brokerKinds)[number];
export type RabbitmqKind = Exclude<BrokerKind, 'embedded'>;

/** Which brokers a test run is to use. */
export interface BrokerPlan {
  readonly isEmbeddedWanted: boolean;
  /** Tried in this order. */
  readonly rabbitmqs: readonly RabbitmqKind[];
  /** `all`: each one named must be had. `first`: the first that can be had; none is no error unless it is required. */
  readonly wants: 'all' | 'first';
  /** `NOVASIM_REQUIRE` names rabbitmq. */
  readonly isRabbitmqRequired: boolean;
}

/**
 * Reads `NOVASIM_BROKERS` (comma list of embedded, url, docker, local), `NOVASIM_REQUIRE` (comma list of rabbitmq, postgres) and whether
 * `TRANSPORT_URL` is set.
 *
 * @throws naming the word that is none of these
 */
export function readBrokerPlan(env: NodeJS.ProcessEnv): BrokerPlan {
  const isRabbitmqRequired = words(env['NOVASIM_REQUIRE']).includes('rabbitmq');
  const named = words(env['NOVASIM_BROKERS']);
  for (const word of named) {
    if (!isKind(word)) throw new Error(`NOVASIM_BROKERS: '${word}' is none of ${brokerKinds.join(', ')}`);
  }
  if (named.length > 0) {
    const kinds = named.filter(isKind);
    return {
      isEmbeddedWanted: kinds.includes('embedded'),
      rabbitmqs: kinds.filter((kind) => kind !== 'embedded'),
      wants: 'all',
      isRabbitmqRequired,
    };
  }
  const hasUrl = env['TRANSPORT_URL'] !== undefined && env['TRANSPORT_URL'] !== '';
  return {
    isEmbeddedWanted: true,
    // A broker that is named is the one that is meant: no other stands in for it.
    rabbitmqs: hasUrl ? ['url'] : ['docker', 'local'],
    wants: hasUrl ? 'all' : 'first',
    isRabbitmqRequired,
  };
}

function words(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function isKind(word: string): word is BrokerKind {
  return (brokerKinds as readonly string[]).includes(word);
}
