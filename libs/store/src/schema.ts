import type {
  Binary,
  HostName,
  Image,
  InstanceUuid,
  Port,
  PowerState,
  ProjectId,
  TaskState,
  UserId,
  VmState,
} from '@novasim/cloud';
import type { Generated } from 'kysely';

/**
 * The tables, as the newest migration leaves them. Times are ISO 8601 UTC text with milliseconds, truth values 0 and 1,
 * structures JSON text: the same in both databases, so that a row reads the same from either.
 */
export interface Database {
  instances: Numbered<InstanceRow>;
  instance_faults: Numbered<InstanceFaultRow>;
  services: ServiceRow;
  compute_nodes: ComputeNodeRow;
  claims: ClaimRow;
  networks: NetworkRow;
  subnets: SubnetRow;
  ports: PortRow;
  free_addresses: FreeAddressRow;
  flavors: FlavorRow;
  images: ImageRow;
  projects: ProjectRow;
  users: UserRow;
  role_assignments: RoleAssignmentRow;
  tokens: TokenRow;
  schema_migrations: { name: string; applied_at: string };
}

export type Flag = 0 | 1;

/** A table whose running number the database gives. */
type Numbered<Row extends { id: number }> = Omit<Row, 'id'> & { id: Generated<number> };

export interface InstanceRow {
  id: number;
  uuid: InstanceUuid;
  display_name: string;
  project_id: ProjectId;
  user_id: UserId;
  reservation_id: string;
  launch_index: number;
  image_ref: string;
  flavorid: string;
  /** JSON: the flavor it was booted with. */
  flavor: string;
  vm_state: VmState;
  task_state: TaskState | null;
  power_state: PowerState;
  host: HostName | null;
  node: string | null;
  availability_zone: string | null;
  /** JSON */
  metadata: string;
  key_name: string | null;
  config_drive: Flag;
  access_ip_v4: string | null;
  access_ip_v6: string | null;
  disk_config: 'AUTO' | 'MANUAL';
  created_at: string;
  updated_at: string;
  launched_at: string | null;
  terminated_at: string | null;
  deleted_at: string | null;
  version: number;
  user_data: string | null;
  locked_by: 'owner' | 'admin' | null;
}

export interface InstanceFaultRow {
  id: number;
  instance_uuid: InstanceUuid;
  code: number;
  message: string;
  details: string;
  created_at: string;
}

export interface ServiceRow {
  uuid: string;
  binary: Binary;
  host: HostName;
  topic: string;
  disabled: Flag;
  disabled_reason: string | null;
  availability_zone: string;
  report_count: number;
  last_seen_ms: number;
  created_at: string;
}

export interface ComputeNodeRow {
  host: HostName;
  hypervisor_hostname: string;
  vcpus: number;
  memory_mb: number;
  local_gb: number;
  /** The used_… columns and running_vms are the sum and number of the claims on this host, kept with every claim. */
  used_vcpus: number;
  used_memory_mb: number;
  used_local_gb: number;
  running_vms: number;
  availability_zone: string;
  updated_at: string;
}

export interface ClaimRow {
  instance_uuid: InstanceUuid;
  host: HostName;
  vcpus: number;
  memory_mb: number;
  local_gb: number;
}

export interface NetworkRow {
  id: string;
  name: string;
  project_id: ProjectId;
  shared: Flag;
  mtu: number;
  created_at: string;
  updated_at: string;
}

/** Addresses are kept as offsets from the network address: small integers in either database. */
export interface SubnetRow {
  id: string;
  network_id: string;
  name: string;
  project_id: ProjectId;
  cidr: string;
  gateway_offset: number | null;
  first_offset: number;
  last_offset: number;
  /** The first address of the pool that was never given out; beyond the pool once all were. Only a hint. */
  next_offset: number;
}

export interface PortRow {
  id: string;
  network_id: string;
  subnet_id: string;
  project_id: ProjectId;
  device_id: InstanceUuid;
  /** Order among the ports of its instance, from 0. */
  position: number;
  mac_address: string;
  ip_address: string;
  ip_offset: number;
  status: Port['status'];
  created_at: string;
}

/** Addresses that were given back. May name one that was taken again by wish: the unique index of the ports decides. */
export interface FreeAddressRow {
  subnet_id: string;
  ip_offset: number;
}

export interface FlavorRow {
  flavorid: string;
  name: string;
  vcpus: number;
  memory_mb: number;
  root_gb: number;
  ephemeral_gb: number;
  swap: number;
  rxtx_factor: number;
  is_public: Flag;
  disabled: Flag;
  description: string | null;
  /** JSON */
  extra_specs: string;
}

export interface ImageRow {
  id: string;
  name: string;
  status: Image['status'];
  visibility: Image['visibility'];
  owner: string;
  min_disk: number;
  min_ram: number;
  size: number;
  disk_format: string;
  container_format: string;
  checksum: string | null;
  os_hash_value: string | null;
  protected: Flag;
  created_at: string;
  updated_at: string;
  /** JSON */
  properties: string;
}

export interface ProjectRow {
  id: ProjectId;
  name: string;
  enabled: Flag;
}

export interface UserRow {
  id: UserId;
  name: string;
  enabled: Flag;
  default_project_id: ProjectId;
  /** `scrypt$N$r$p$salt$hash` */
  password_hash: string;
}

export interface RoleAssignmentRow {
  user_id: UserId;
  project_id: ProjectId;
  role: string;
}

export interface TokenRow {
  /** SHA-256 of the token, hex. */
  id_hash: string;
  user_id: UserId;
  project_id: ProjectId | null;
  /** JSON */
  methods: string;
  audit_id: string;
  issued_at: string;
  expires_at: string;
}
