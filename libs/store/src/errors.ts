/** Base of every error that this library throws on purpose. `retryable`: the same call may succeed later. */
export abstract class StoreError extends Error {
  abstract readonly code: string;
  readonly retryable: boolean = false;
}

/** The database URL cannot be used. The message shows it with its password masked. */
export class BadDatabaseUrl extends StoreError {
  override readonly name = 'BadDatabaseUrl';
  readonly code = 'BAD_DATABASE_URL';

  constructor(masked: string, why: string, options?: ErrorOptions) {
    super(`database URL "${masked}" cannot be used: ${why}`, options);
  }
}

/** Somebody else held the database for longer than one waits. */
export class StoreBusy extends StoreError {
  override readonly name = 'StoreBusy';
  readonly code = 'STORE_BUSY';
  override readonly retryable = true;

  constructor(waitedMs: number, options?: ErrorOptions) {
    super(`the database was busy for ${waitedMs} ms`, options);
  }
}

/** The database does not answer, or the connection to it was lost. Whether the last write has happened is not known. */
export class StoreUnavailable extends StoreError {
  override readonly name = 'StoreUnavailable';
  readonly code = 'STORE_UNAVAILABLE';
  override readonly retryable = true;

  constructor(database: string, why: string, options?: ErrorOptions) {
    super(`database ${database} is not available: ${why}`, options);
  }
}

/** The store was used after it was closed. */
export class StoreClosed extends StoreError {
  override readonly name = 'StoreClosed';
  readonly code = 'STORE_CLOSED';

  constructor() {
    super('the store is closed');
  }
}

/** The database was migrated by newer code than this. */
export class SchemaTooNew extends StoreError {
  override readonly name = 'SchemaTooNew';
  readonly code = 'SCHEMA_TOO_NEW';

  constructor(migration: string) {
    super(
      `the database has migration "${migration}", which this version does not know: use the newer version or another database`,
    );
  }
}

/** A value that the caller passed cannot be stored or searched for. */
export class InvalidValue extends StoreError {
  override readonly name = 'InvalidValue';
  readonly code = 'INVALID_VALUE';
  readonly field: string;

  constructor(field: string, value: unknown, why: string, options?: ErrorOptions) {
    super(`${field} ${shown(value)} ${why}`, options);
    this.field = field;
  }
}

/** There is such a row already. */
export class DuplicateEntry extends StoreError {
  override readonly name = 'DuplicateEntry';
  readonly code = 'DUPLICATE_ENTRY';

  constructor(what: string, value: string, options?: ErrorOptions) {
    super(`${what} "${value}" exists already`, options);
  }
}

/** The instance after which a page of a list was to begin is not there. */
export class MarkerNotFound extends StoreError {
  override readonly name = 'MarkerNotFound';
  readonly code = 'MARKER_NOT_FOUND';

  constructor(marker: string) {
    super(`marker "${marker}" is not the id of an instance in this list`);
  }
}

/** No such network, or none that this project can use. */
export class NetworkNotFound extends StoreError {
  override readonly name = 'NetworkNotFound';
  readonly code = 'NETWORK_NOT_FOUND';
  readonly networkId: string;

  constructor(networkId: string, projectId: string) {
    super(`network ${networkId} does not exist for project ${projectId}`);
    this.networkId = networkId;
  }
}

/** Every address of the pool is taken. */
export class NoMoreAddresses extends StoreError {
  override readonly name = 'NoMoreAddresses';
  readonly code = 'NO_MORE_ADDRESSES';
  /** Its name. */
  readonly network: string;

  constructor(network: { id: string; name: string }, subnet: { id: string; cidr: string; start: string; end: string }) {
    super(
      `network "${network.name}" (${network.id}) has no free address left: subnet ${subnet.id} (${subnet.cidr}) ` +
        `gives out ${subnet.start} to ${subnet.end} and all are in use`,
    );
    this.network = network.name;
  }
}

/** The address that was asked for belongs to another port. */
export class AddressInUse extends StoreError {
  override readonly name = 'AddressInUse';
  readonly code = 'ADDRESS_IN_USE';
  readonly address: string;

  constructor(address: string, networkId: string) {
    super(`address ${address} is in use in network ${networkId}`);
    this.address = address;
  }
}

/** The address that was asked for is none that a port of this subnet can have. */
export class AddressOutOfRange extends StoreError {
  override readonly name = 'AddressOutOfRange';
  readonly code = 'ADDRESS_OUT_OF_RANGE';
  readonly address: string;

  constructor(address: string, cidr: string, why: string) {
    super(`address "${address}" cannot be given in subnet ${cidr}: ${why}`);
    this.address = address;
  }
}

/** The instance is no live build, so nothing may be allocated for it. */
export class InstanceNotBuilding extends StoreError {
  override readonly name = 'InstanceNotBuilding';
  readonly code = 'INSTANCE_NOT_BUILDING';

  constructor(uuid: string) {
    super(`instance ${uuid} is not being built (deleted, failed, finished or unknown)`);
  }
}

/** A user or project that a row was to refer to is not there. */
export class NotFound extends StoreError {
  override readonly name = 'NotFound';
  readonly code = 'NOT_FOUND';

  constructor(what: string, value: string) {
    super(`${what} "${value}" does not exist`);
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
