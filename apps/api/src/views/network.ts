import type { HostName, Network, Port, Subnet } from '@novasim/cloud';
import { inSeconds } from './times.ts';

/** A network as neutron shows it; what the provider sees is for administrators. */
export function networkView(network: Network, isAdmin: boolean) {
  return {
    id: network.id,
    name: network.name,
    tenant_id: network.project_id,
    admin_state_up: true,
    mtu: network.mtu,
    status: 'ACTIVE',
    subnets: network.subnets.map(({ id }) => id),
    shared: network.shared,
    availability_zone_hints: [],
    availability_zones: [],
    ipv4_address_scope: null,
    ipv6_address_scope: null,
    'router:external': false,
    description: '',
    port_security_enabled: true,
    tags: [],
    created_at: inSeconds(network.created_at),
    updated_at: inSeconds(network.updated_at),
    revision_number: 1,
    project_id: network.project_id,
    ...(isAdmin
      ? { 'provider:network_type': 'local', 'provider:physical_network': null, 'provider:segmentation_id': null }
      : {}),
  };
}

export function subnetView(subnet: Subnet, network: Network) {
  return {
    id: subnet.id,
    name: subnet.name,
    tenant_id: subnet.project_id,
    network_id: subnet.network_id,
    ip_version: 4,
    subnetpool_id: null,
    enable_dhcp: true,
    ipv6_ra_mode: null,
    ipv6_address_mode: null,
    gateway_ip: subnet.gateway_ip,
    cidr: subnet.cidr,
    allocation_pools: [{ start: subnet.allocation_start, end: subnet.allocation_end }],
    host_routes: [],
    dns_nameservers: [],
    description: '',
    service_types: [],
    tags: [],
    created_at: inSeconds(network.created_at),
    updated_at: inSeconds(network.updated_at),
    revision_number: 0,
    project_id: subnet.project_id,
  };
}

/** A port of an instance; `host` is where that runs, for administrators. */
export function portView(port: Port, host: HostName | null | undefined) {
  return {
    id: port.id,
    name: '',
    network_id: port.network_id,
    tenant_id: port.project_id,
    mac_address: port.mac_address,
    admin_state_up: true,
    status: port.status,
    device_id: port.device_id,
    device_owner: 'compute:nova',
    fixed_ips: [{ subnet_id: port.subnet_id, ip_address: port.ip_address }],
    project_id: port.project_id,
    port_security_enabled: true,
    security_groups: [],
    'binding:vnic_type': 'normal',
    ...(host === undefined
      ? {}
      : {
          'binding:profile': {},
          'binding:host_id': host ?? '',
          'binding:vif_type': host === null ? 'unbound' : 'ovs',
          'binding:vif_details': {},
        }),
    allowed_address_pairs: [],
    extra_dhcp_opts: [],
    description: '',
    tags: [],
    created_at: inSeconds(port.created_at),
    updated_at: inSeconds(port.created_at),
    revision_number: 1,
  };
}
