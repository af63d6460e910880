/** A network that instances can be attached to; spelled as neutron spells it. */
export interface Network {
  readonly id: string;
  readonly name: string;
  readonly project_id: string;
  readonly shared: boolean;
  readonly mtu: number;
  readonly subnets: readonly Subnet[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Subnet {
  readonly id: string;
  readonly network_id: string;
  readonly name: string;
  readonly project_id: string;
  /** `10.0.0.0/20` */
  readonly cidr: string;
  readonly gateway_ip: string | null;
  /** First and last address that ports get, both included. */
  readonly allocation_start: string;
  readonly allocation_end: string;
}

/** A plug of a network: one MAC address, one fixed IPv4 address, at most one instance. */
export interface Port {
  readonly id: string;
  readonly network_id: string;
  readonly subnet_id: string;
  readonly project_id: string;
  /** The instance that it belongs to. */
  readonly device_id: string;
  readonly mac_address: string;
  readonly ip_address: string;
  readonly status: 'DOWN' | 'ACTIVE';
  readonly created_at: string;
}

/** What the user asked for: a network by its id, optionally at one address. */
export interface RequestedNetwork {
  readonly network_id: string;
  readonly fixed_ip?: string;
}

/** What `allocate_for_instance` answers for each interface: one entry of Nova's network_info model, cut to what is used. */
export interface Vif {
  readonly id: string;
  readonly address: string;
  readonly network: { readonly id: string; readonly label: string };
  readonly fixed_ips: readonly { readonly address: string; readonly version: 4 }[];
}
