import type {
  Binary,
  ComputeNode,
  Fault,
  Flavor,
  HostName,
  Image,
  Instance,
  InstanceUpdates,
  InstanceUuid,
  Network,
  Port,
  ProjectId,
  RequestedNetwork,
  Resources,
  ServiceRecord,
  TaskState,
  UserId,
  Vif,
  VmState,
} from '@novasim/cloud';

/**
 * The database behind one query layer. api, scheduler, conductor and network open it; compute may not. Every method is one
 * transaction: it has happened whole or not at all, also when the process is killed in it. Waiting for a busy database is
 * bounded (5 s) and then a `StoreBusy`.
 */
export interface Store extends AsyncDisposable {
  readonly kind: 'sqlite' | 'postgres';
  readonly instances: Instances;
  readonly hosts: Hosts;
  readonly networks: Networks;
  readonly flavors: Flavors;
  readonly images: Images;
  readonly identity: Identity;
  /** Resolves when the database answers; rejects with what is wrong. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What the api knows of an instance when the request arrives; the rest are the defaults of a build that begins. */
export type NewInstance = Pick<
  Instance,
  | 'uuid'
  | 'display_name'
  | 'project_id'
  | 'user_id'
  | 'reservation_id'
  | 'launch_index'
  | 'image_ref'
  | 'flavor'
  | 'availability_zone'
  | 'metadata'
  | 'key_name'
  | 'user_data'
  | 'config_drive'
  | 'access_ip_v4'
  | 'access_ip_v6'
  | 'disk_config'
>;

/** What must hold for a save to happen; `task_state` lists what is allowed (null = no task). Absent: not checked. */
export interface Expected {
  readonly task_state?: readonly (TaskState | null)[];
  readonly vm_state?: readonly VmState[];
  readonly host?: HostName | null;
  /** Exactly this version of the row: nobody has saved it since it was read. */
  readonly version?: number;
}

/** What a save met: `saved`, or the reason why nothing changed, with the row as it was found. */
export type SaveOutcome =
  | { readonly outcome: 'saved'; readonly instance: Instance }
  | { readonly outcome: 'unexpected'; readonly instance: Instance }
  | { readonly outcome: 'missing' };

/** Filters of a list; absent means any. `name` is a regular expression, unanchored, as in Nova. */
export interface InstanceFilter {
  readonly project_id?: ProjectId;
  readonly uuids?: readonly InstanceUuid[];
  readonly name?: string;
  readonly vm_states?: readonly VmState[];
  readonly task_states?: readonly (TaskState | null)[];
  readonly host?: HostName;
  readonly image_ref?: string;
  readonly flavorid?: string;
  readonly reservation_id?: string;
  /** Address of one of its ports starts with this text. */
  readonly ip?: string;
  /** Only rows changed at or after this time; includes deleted ones when `deleted` is `any`. ISO 8601. */
  readonly changes_since?: string;
  /** Default `no`. */
  readonly deleted?: 'no' | 'yes' | 'any';
}

export interface Page {
  /** At most so many rows, 0 to 1000; absent: all. */
  readonly limit?: number;
  /** Rows after this one. An unknown marker is a `MarkerNotFound`. */
  readonly marker?: InstanceUuid;
  /** Default created_at desc, then uuid. */
  readonly sort?: readonly { readonly key: InstanceSortKey; readonly dir: 'asc' | 'desc' }[];
}
export type InstanceSortKey =
  | 'created_at'
  | 'updated_at'
  | 'display_name'
  | 'vm_state'
  | 'task_state'
  | 'host'
  | 'uuid';

export interface Instances {
  /** Inserts builds that begin (`building`, task `scheduling`), all or none; answers them in the same order. */
  create(rows: readonly NewInstance[]): Promise<readonly Instance[]>;
  /** A live instance; deleted ones only with `deleted: true`. */
  get(uuid: InstanceUuid, options?: { deleted?: boolean }): Promise<Instance | undefined>;
  list(filter: InstanceFilter, page?: Page): Promise<readonly Instance[]>;
  /**
   * Changes a live instance if what is expected holds: compare-and-swap on its version, repeated while only the version
   * has moved. In the same transaction a fault is recorded, and the claim on `release_claim` dropped, if given.
   */
  save(
    uuid: InstanceUuid,
    updates: InstanceUpdates,
    options?: { expected?: Expected; fault?: Omit<Fault, 'created_at'>; release_claim?: boolean },
  ): Promise<SaveOutcome>;
  /** Marks as deleted (`deleted`, no task, no power, terminated now), drops its claim; false when there was no live row. Ports are left alone. */
  destroy(uuid: InstanceUuid, options?: { expected?: Expected }): Promise<boolean>;
  /** The newest fault of each instance that has one. */
  faults(uuids: readonly InstanceUuid[]): Promise<ReadonlyMap<InstanceUuid, Fault>>;
  /** Live builds (`building`) that nobody has saved since `beforeMs` (milliseconds since 1970), oldest first. */
  stuckBuilds(beforeMs: number, limit: number): Promise<readonly Instance[]>;
  /**
   * Instances that hold what they must not: a port or a claim though deleted, or though in `error` without ever having been
   * launched. Only those that have not changed since `beforeMs`.
   */
  leaks(beforeMs: number, limit: number): Promise<readonly { uuid: InstanceUuid; ports: number; claim: boolean }[]>;
}

export interface Hosts {
  /** Records a report of a service; makes its row on the first one. Answers the row. */
  report(service: {
    binary: Binary;
    host: HostName;
    topic: string;
    availability_zone: string;
    /** Milliseconds since 1970. */
    seen_ms: number;
  }): Promise<ServiceRecord>;
  services(filter?: { binary?: Binary; host?: HostName }): Promise<readonly ServiceRecord[]>;
  setDisabled(binary: Binary, host: HostName, disabled: boolean, reason?: string): Promise<boolean>;
  /** Records the size of a hypervisor; what is taken is counted from the claims, never overwritten. */
  upsertNode(node: {
    host: HostName;
    hypervisor_hostname: string;
    total: Resources;
    availability_zone: string;
  }): Promise<ComputeNode>;
  nodes(): Promise<readonly ComputeNode[]>;
  /**
   * Takes `resources` of a host for an instance if they fit and the instance is still a live build (`building`); an older
   * claim of the same instance on another host is given back in the same transaction. The check and the taking are one
   * conditional write, so concurrent claims never overcommit. `full`: they do not fit; `gone`: the instance is no build.
   */
  claim(instance: InstanceUuid, host: HostName, resources: Resources): Promise<'claimed' | 'full' | 'gone'>;
  /** Gives a claim back; false when there was none. */
  release(instance: InstanceUuid): Promise<boolean>;
  claims(filter?: {
    host?: HostName;
  }): Promise<readonly { instance_uuid: InstanceUuid; host: HostName; resources: Resources }[]>;
}

export interface Networks {
  /** @throws InvalidValue naming the field, DuplicateEntry when a given `id` exists */
  create(network: {
    /** A UUID; random if absent. */
    id?: string;
    name: string;
    project_id: ProjectId;
    shared: boolean;
    cidr: string;
    gateway_ip?: string | null;
    allocation_start?: string;
    allocation_end?: string;
  }): Promise<Network>;
  /** Networks that a project can use: its own and shared ones. Without a project, all. */
  list(filter?: { project_id?: ProjectId; name?: string }): Promise<readonly Network[]>;
  get(id: string): Promise<Network | undefined>;
  /**
   * Makes one port for an instance that is still a live build: next free address of the network's subnet (or the one asked
   * for), a MAC `fa:16:3e:…`. The build check is a write to the instance row (its version moves), so that it cannot be
   * failed or deleted at the same moment and leave the address behind.
   * @throws NetworkNotFound, NoMoreAddresses (nothing free), AddressInUse, AddressOutOfRange, InstanceNotBuilding
   */
  allocate(request: {
    instance_uuid: InstanceUuid;
    project_id: ProjectId;
    network_id: string;
    fixed_ip?: string;
  }): Promise<Port>;
  /**
   * Makes the ports of a build that begins, in this order, in place of all that it had: those of a build before it whose end
   * got lost, or of the same request delivered before. One transaction, so that it is all or none, and nothing changes when
   * it fails. Throws as `allocate` does.
   */
  allocateAll(request: {
    instance_uuid: InstanceUuid;
    project_id: ProjectId;
    requested: readonly RequestedNetwork[];
  }): Promise<readonly Port[]>;
  /** Frees all ports of an instance; answers how many there were. */
  deallocate(instance: InstanceUuid): Promise<number>;
  ports(filter?: { device_ids?: readonly InstanceUuid[]; network_id?: string }): Promise<readonly Port[]>;
  /** The interfaces of each instance, with the names of their networks, in the order they were made. */
  vifs(instances: readonly InstanceUuid[]): Promise<ReadonlyMap<InstanceUuid, readonly Vif[]>>;
}

export interface Flavors {
  create(flavor: Flavor): Promise<void>;
  list(): Promise<readonly Flavor[]>;
  get(flavorid: string): Promise<Flavor | undefined>;
}

export interface Images {
  create(image: Image): Promise<void>;
  list(): Promise<readonly Image[]>;
  get(id: string): Promise<Image | undefined>;
}

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly enabled: boolean;
}
export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly enabled: boolean;
  readonly default_project_id: ProjectId;
}
export interface Token {
  readonly user: User;
  readonly project: Project | null;
  readonly roles: readonly string[];
  readonly methods: readonly string[];
  readonly audit_id: string;
  readonly issued_at: string;
  readonly expires_at: string;
}

export interface Identity {
  /** Makes the project if it is not there. */
  ensureProject(project: { id: ProjectId; name: string }): Promise<Project>;
  /** Makes the user if it is not there; a new password replaces the old one. Only a salted hash is kept (scrypt). */
  ensureUser(user: { id: UserId; name: string; password: string; default_project_id: ProjectId }): Promise<User>;
  grant(user: UserId, project: ProjectId, role: string): Promise<void>;
  projects(filter?: { user_id?: UserId; name?: string }): Promise<readonly Project[]>;
  /** The user if name (or id) and password match and it is enabled. Takes equally long when the name is unknown. */
  authenticate(who: { name: string } | { id: UserId }, password: string): Promise<User | undefined>;
  roles(user: UserId, project: ProjectId): Promise<readonly string[]>;
  /** Issues a token; only its SHA-256 is kept. The answer's `id` is shown once. */
  issueToken(request: {
    user_id: UserId;
    project_id: ProjectId | null;
    methods: readonly string[];
    ttl_s: number;
  }): Promise<{ id: string; token: Token }>;
  /** The token if it is known, not revoked and not expired. */
  token(id: string): Promise<Token | undefined>;
  revokeToken(id: string): Promise<boolean>;
}

export interface OpenOptions {
  /** Ends waiting for a database that is not there yet (PostgreSQL that still starts). */
  readonly signal?: AbortSignal;
  /**
   * PostgreSQL: after so many milliseconds without a word from the server a connection counts as lost and what waits on it is
   * `StoreUnavailable`. It is also the longest that one statement may take, those of a migration too. Default 15 000.
   */
  readonly silenceMs?: number;
  /** Clock for `created_at` and the like, milliseconds since 1970. Default: Date.now. */
  readonly now?: () => number;
}
