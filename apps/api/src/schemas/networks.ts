import { z } from 'zod';
import { link, seconds } from './words.ts';

const shown = {
  id: z.string(),
  name: z.string(),
  tenant_id: z.string(),
  project_id: z.string(),
  tags: z.array(z.string()),
};
const times = { created_at: seconds, updated_at: seconds, revision_number: z.int() };

export const network = z
  .looseObject({
    ...shown,
    ...times,
    admin_state_up: z.boolean(),
    mtu: z.int(),
    status: z.string(),
    subnets: z.array(z.string()),
    shared: z.boolean(),
    'router:external': z.boolean(),
  })
  .meta({ id: 'Network' });
export const subnet = z
  .looseObject({
    ...shown,
    ...times,
    network_id: z.string(),
    ip_version: z.literal(4),
    gateway_ip: z.string().nullable(),
    cidr: z.string(),
    allocation_pools: z.array(z.strictObject({ start: z.string(), end: z.string() })),
  })
  .meta({ id: 'Subnet' });
export const port = z
  .looseObject({
    ...shown,
    ...times,
    network_id: z.string(),
    mac_address: z.string(),
    status: z.string(),
    device_id: z.string(),
    device_owner: z.string(),
    fixed_ips: z.array(z.strictObject({ subnet_id: z.string(), ip_address: z.string() })),
  })
  .meta({ id: 'Port' });

/** Shape of a list with pages. */
export function listOf<K extends string, T extends z.ZodType>(key: K, item: T) {
  return z.object({ [key]: z.array(item), [`${key}_links`]: z.array(link).optional() });
}
