/**
 * How the wire looked: `essex` (2012.1 and before), `folsom` (2012.2) or `grizzly` (2013.1), which put every message into the
 * envelope 2.0. Read from nova/rpc/{amqp,impl_kombu}.py and nova/openstack/common/rpc/{amqp,impl_kombu}.py.
 */
export type Era = 'essex' | 'folsom' | 'grizzly';

/** What differs from era to era. Messages of every era are understood in every era. */
export interface EraRules {
  /** Messages are wrapped in the envelope 2.0. */
  readonly hasEnvelope: boolean;
  /** Messages carry a `_unique_id`, and twins are dropped. */
  readonly hasUniqueId: boolean;
  /** A call with a timeout of its own says it in the header `ttl`, in ms. */
  readonly hasTtl: boolean;
  /** Failures are JSON text as today, not a list of class, message and traceback. */
  readonly hasFailureText: boolean;
  /** Reply and fanout queues belong to the connection that made them. */
  readonly isExclusive: boolean;
}

const folsom: EraRules = {
  hasEnvelope: false,
  hasUniqueId: true,
  hasTtl: true,
  hasFailureText: true,
  isExclusive: false,
};

export const eraRules: Readonly<Record<Era, EraRules>> = {
  essex: {
    hasEnvelope: false,
    hasUniqueId: false,
    hasTtl: false,
    hasFailureText: false,
    isExclusive: true,
  },
  folsom,
  grizzly: { ...folsom, hasEnvelope: true },
};
