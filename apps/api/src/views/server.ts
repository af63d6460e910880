import { createHash } from 'node:crypto';
import { type Fault, type Instance, instanceName, statusOf, type Vif } from '@novasim/cloud';
import type { Microversion } from '../http/microversion.ts';
import type { ComputeLinks, Link } from './links.ts';
import { inMicros, inSeconds } from './times.ts';

/** What a server is shown from: its row, its interfaces, and why it failed if it did. */
export interface ServerParts {
  readonly instance: Instance;
  readonly vifs: readonly Vif[];
  readonly fault: Fault | undefined;
  /** State of its host, for administrators from 2.16 on. */
  readonly hostStatus?: string;
}

export interface Viewer {
  readonly links: ComputeLinks;
  readonly isAdmin: boolean;
  readonly microversion: Microversion;
}

/** What an administrator sees, and when (nova/api/openstack/compute/views/servers.py). */
const PROGRESS: ReadonlySet<string> = new Set(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING']);
const FAULTY: ReadonlySet<string> = new Set(['ERROR', 'DELETED']);

/** The short form of a list. */
export function serverIndex({ uuid, display_name }: Instance, links: ComputeLinks) {
  return { id: uuid, name: display_name, links: links.both('servers', uuid) };
}

/** The whole server, keys in Nova's order. */
export function serverDetail({ instance, vifs, fault, hostStatus }: ServerParts, viewer: Viewer) {
  const { links, isAdmin, microversion } = viewer;
  const status = statusOf(instance.vm_state, instance.task_state);
  return {
    id: instance.uuid,
    name: instance.display_name,
    status,
    tenant_id: instance.project_id,
    user_id: instance.user_id,
    metadata: instance.metadata,
    hostId: hostId(instance),
    image: instance.image_ref === '' ? ('' as const) : marked(links, 'images', instance.image_ref),
    flavor: marked(links, 'flavors', instance.flavor.flavorid),
    created: inSeconds(instance.created_at),
    updated: inSeconds(instance.updated_at),
    addresses: addressesOf(vifs, (vif) => ({
      'OS-EXT-IPS:type': 'fixed' as const,
      'OS-EXT-IPS-MAC:mac_addr': vif.address,
    })),
    accessIPv4: instance.access_ip_v4 ?? '',
    accessIPv6: instance.access_ip_v6 ?? '',
    links: links.both('servers', instance.uuid),
    'OS-DCF:diskConfig': instance.disk_config,
    ...(FAULTY.has(status) && fault !== undefined ? { fault: faultView(fault, isAdmin) } : {}),
    ...(PROGRESS.has(status) ? { progress: 0 } : {}),
    'OS-EXT-AZ:availability_zone': instance.availability_zone ?? '',
    config_drive: instance.config_drive ? ('True' as const) : ('' as const),
    key_name: instance.key_name,
    'OS-SRV-USG:launched_at': instance.launched_at === null ? null : inMicros(instance.launched_at),
    'OS-SRV-USG:terminated_at': instance.terminated_at === null ? null : inMicros(instance.terminated_at),
    // Security groups belong to ports: without one the key is absent.
    ...(vifs.length > 0 ? { security_groups: [{ name: 'default' }] } : {}),
    ...(isAdmin ? attributes(instance, microversion) : {}),
    'OS-EXT-STS:task_state': instance.task_state,
    'OS-EXT-STS:vm_state': instance.vm_state,
    'OS-EXT-STS:power_state': instance.power_state,
    'os-extended-volumes:volumes_attached': [],
    ...(microversion >= 9 ? { locked: instance.locked_by !== null } : {}),
    ...(hostStatus === undefined ? {} : { host_status: hostStatus }),
  };
}

/** Addresses by the name of their network, with what else is to be said of each interface. */
export function addressesOf<T extends object>(vifs: readonly Vif[], extra: (vif: Vif) => T) {
  const addresses: Record<string, ({ version: 4; addr: string } & T)[]> = {};
  for (const vif of vifs) {
    addresses[vif.network.label] ??= [];
    for (const { version, address } of vif.fixed_ips) {
      addresses[vif.network.label]?.push({ version, addr: address, ...extra(vif) });
    }
  }
  return addresses;
}

function attributes(instance: Instance, microversion: Microversion) {
  return {
    'OS-EXT-SRV-ATTR:host': instance.host,
    'OS-EXT-SRV-ATTR:instance_name': instanceName(instance.id),
    'OS-EXT-SRV-ATTR:hypervisor_hostname': instance.node,
    ...(microversion >= 3
      ? {
          'OS-EXT-SRV-ATTR:reservation_id': instance.reservation_id,
          'OS-EXT-SRV-ATTR:launch_index': instance.launch_index,
          'OS-EXT-SRV-ATTR:hostname': hostnameOf(instance.display_name),
          'OS-EXT-SRV-ATTR:kernel_id': '',
          'OS-EXT-SRV-ATTR:ramdisk_id': '',
          'OS-EXT-SRV-ATTR:root_device_name': instance.host === null ? null : '/dev/sda',
          'OS-EXT-SRV-ATTR:user_data': instance.user_data,
        }
      : {}),
  };
}

function faultView({ code, created_at, message, details }: Fault, isAdmin: boolean) {
  return { code, created: inSeconds(created_at), message, ...(isAdmin ? { details } : {}) };
}

function marked(links: ComputeLinks, collection: string, id: string): { id: string; links: readonly Link[] } {
  return { id, links: [links.bookmark(collection, id)] };
}

/** Tells hosts apart without naming them: SHA-224 over project and host; empty before there is a host. */
function hostId({ project_id, host }: Instance): string {
  if (host === null) return '';
  const key = `${project_id}${host}`;
  let id = hostIds.get(key);
  if (id === undefined) {
    id = createHash('sha224').update(key).digest('hex');
    if (hostIds.size >= 10_000) hostIds.clear();
    hostIds.set(key, id);
  }
  return id;
}
const hostIds = new Map<string, string>();

/** The name that the guest gets: letters, digits and dashes of the display name (nova/utils.py, sanitize_hostname). */
function hostnameOf(displayName: string): string {
  const text = displayName
    .replace(/[ _]/g, '-')
    .replace(/[^\w.-]+/g, '')
    .replace(/[.]/g, '-')
    .toLowerCase()
    .replace(/^[.-]+|[.-]+$/g, '');
  return text.slice(0, 63);
}
