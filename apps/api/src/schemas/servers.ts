import { z } from 'zod';
import { patternFault } from './name-pattern.ts';
import { limit, link, marker, micros, pageLinks, seconds, sortDir } from './words.ts';

/** Keys by which Nova sorts and we can too. */
export const SORT_KEYS = [
  'created_at',
  'updated_at',
  'display_name',
  'vm_state',
  'task_state',
  'host',
  'uuid',
] as const;

/** Query of GET /servers; what is not here is ignored, as Nova does below 2.75. */
export const serversQuery = z.looseObject({
  limit: limit.optional(),
  marker: marker.optional(),
  sort_key: z.enum(SORT_KEYS).optional(),
  sort_dir: sortDir.optional(),
  name: z
    .string()
    .refine((text) => patternFault(text) === undefined, { error: (issue) => patternFault(String(issue.input)) })
    .optional()
    .meta({ description: 'Regular expression, anywhere in the name' }),
  status: z.string().optional(),
  image: z.string().optional(),
  flavor: z.string().optional(),
  host: z.string().optional().meta({ description: 'Administrators only' }),
  ip: z.string().optional().meta({ description: 'Beginning of an address' }),
  reservation_id: z.string().optional(),
  'changes-since': z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), {
      error: (issue) => `'${String(issue.input)}' is not a 'date-time'`,
    })
    .optional(),
  all_tenants: z.string().optional().meta({ description: 'Administrators only' }),
  project_id: z.string().optional(),
  deleted: z.string().optional().meta({ description: 'Administrators only' }),
});
export type ServersQuery = z.infer<typeof serversQuery>;

const address = z.strictObject({ version: z.literal(4), addr: z.ipv4() });
const bookmarked = z.strictObject({ id: z.string(), links: z.array(link) });

/** One server of /servers/detail, microversions 2.1 to 2.18. */
export const server = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    status: z.string(),
    tenant_id: z.string(),
    user_id: z.string(),
    metadata: z.record(z.string(), z.string()),
    hostId: z.string(),
    image: z.union([bookmarked, z.literal('')]),
    flavor: bookmarked,
    created: seconds,
    updated: seconds,
    addresses: z.record(
      z.string(),
      z.array(address.extend({ 'OS-EXT-IPS:type': z.literal('fixed'), 'OS-EXT-IPS-MAC:mac_addr': z.string() })),
    ),
    accessIPv4: z.string(),
    accessIPv6: z.string(),
    links: z.array(link),
    'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']),
    fault: z
      .strictObject({ code: z.int(), created: seconds, message: z.string(), details: z.string().optional() })
      .optional(),
    progress: z.int().optional(),
    'OS-EXT-AZ:availability_zone': z.string(),
    config_drive: z.enum(['', 'True']),
    key_name: z.string().nullable(),
    'OS-SRV-USG:launched_at': micros.nullable(),
    'OS-SRV-USG:terminated_at': micros.nullable(),
    security_groups: z.array(z.strictObject({ name: z.string() })).optional(),
    'OS-EXT-SRV-ATTR:host': z.string().nullable().optional(),
    'OS-EXT-SRV-ATTR:instance_name': z.string().optional(),
    'OS-EXT-SRV-ATTR:hypervisor_hostname': z.string().nullable().optional(),
    'OS-EXT-SRV-ATTR:reservation_id': z.string().optional(),
    'OS-EXT-SRV-ATTR:launch_index': z.int().optional(),
    'OS-EXT-SRV-ATTR:hostname': z.string().optional(),
    'OS-EXT-SRV-ATTR:kernel_id': z.string().optional(),
    'OS-EXT-SRV-ATTR:ramdisk_id': z.string().optional(),
    'OS-EXT-SRV-ATTR:root_device_name': z.string().nullable().optional(),
    'OS-EXT-SRV-ATTR:user_data': z.string().nullable().optional(),
    'OS-EXT-STS:task_state': z.string().nullable(),
    'OS-EXT-STS:vm_state': z.string(),
    'OS-EXT-STS:power_state': z.int(),
    'os-extended-volumes:volumes_attached': z.array(z.never()),
    locked: z.boolean().optional(),
    host_status: z.string().optional(),
  })
  .meta({ id: 'Server' });

export const serverAnswer = z.strictObject({ server });
export const serversDetail = z.strictObject({ servers: z.array(server), servers_links: pageLinks });
export const serversIndex = z.strictObject({
  servers: z.array(z.strictObject({ id: z.uuid(), name: z.string(), links: z.array(link) })),
  servers_links: pageLinks,
});
export const serverIps = z.strictObject({ addresses: z.record(z.string(), z.array(address)) });
export const serverCreated = z.union([
  z.strictObject({
    server: z.strictObject({
      id: z.uuid(),
      links: z.array(link),
      'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']),
      security_groups: z.array(z.strictObject({ name: z.string() })),
      adminPass: z.string(),
    }),
  }),
  z.strictObject({ reservation_id: z.string() }),
]);
