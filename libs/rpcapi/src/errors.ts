import type { InstanceUuid } from '@novasim/cloud';
import { registerRemoteError } from '@novasim/rpc';

const NOVA_EXCEPTION = 'nova.exception';

/**
 * Failures that travel: raised by an endpoint, rebuilt by its caller. Class names, module and words are Nova's
 * (nova/exception.py), so that a Python caller rebuilds them as well.
 */
export abstract class NovaError extends Error {
  readonly module = NOVA_EXCEPTION;
  /** What the message is made of, sent beside it. */
  readonly kwargs: Readonly<Record<string, unknown>>;

  constructor(message: string, kwargs: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = new.target.name;
    this.kwargs = kwargs;
  }
}

/** The instance was never there or is deleted. */
export class InstanceNotFound extends NovaError {
  constructor(instance_id: InstanceUuid) {
    super(`Instance ${instance_id} could not be found.`, { instance_id });
  }
}

/** The save expected another task or state: somebody else changed the instance meanwhile. */
export class UnexpectedTaskStateError extends NovaError {
  constructor(instance_uuid: InstanceUuid, expected: string, actual: string) {
    super(`Conflict updating instance ${instance_uuid}. Expected: ${expected}. Actual: ${actual}`, {
      instance_uuid,
      expected,
      actual,
    });
  }
}

/** As above, and what it found is that the instance is being deleted. */
export class UnexpectedDeletingTaskStateError extends NovaError {
  constructor(instance_uuid: InstanceUuid, expected: string, actual: string) {
    super(`Conflict updating instance ${instance_uuid}. Expected: ${expected}. Actual: ${actual}`, {
      instance_uuid,
      expected,
      actual,
    });
  }
}

/** The network that was asked for is not there. */
export class NetworkNotFound extends NovaError {
  constructor(network_id: string) {
    super(`Network ${network_id} could not be found.`, { network_id });
  }
}

/** Every address of the network's pool is taken. */
export class NoMoreFixedIps extends NovaError {
  constructor(net: string) {
    super(`No fixed IP addresses available for network: ${net}`, { net });
  }
}

/** The address that was asked for belongs to another port, or to no pool. */
export class FixedIpAlreadyInUse extends NovaError {
  constructor(address: string, reason: string) {
    super(`Fixed IP ${address} cannot be used: ${reason}`, { address, reason });
  }
}

/** Builds an error again from what it was made of; the message is made anew from the same words. */
type Rebuild = (kwargs: Readonly<Record<string, string>>) => NovaError;

const REBUILD: Readonly<Record<string, Rebuild>> = {
  InstanceNotFound: ({ instance_id = '' }) => new InstanceNotFound(instance_id as InstanceUuid), // as it was sent
  UnexpectedTaskStateError: ({ instance_uuid = '', expected = '', actual = '' }) =>
    new UnexpectedTaskStateError(instance_uuid as InstanceUuid, expected, actual), // as it was sent
  UnexpectedDeletingTaskStateError: ({ instance_uuid = '', expected = '', actual = '' }) =>
    new UnexpectedDeletingTaskStateError(instance_uuid as InstanceUuid, expected, actual), // as it was sent
  NetworkNotFound: ({ network_id = '' }) => new NetworkNotFound(network_id),
  NoMoreFixedIps: ({ net = '' }) => new NoMoreFixedIps(net),
  FixedIpAlreadyInUse: ({ address = '', reason = '' }) => new FixedIpAlreadyInUse(address, reason),
};

for (const [name, rebuild] of Object.entries(REBUILD)) {
  registerRemoteError(NOVA_EXCEPTION, name, ({ kwargs }) => {
    const texts = Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [key, String(value)]));
    return rebuild(texts);
  });
}
