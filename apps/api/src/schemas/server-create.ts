import { z } from 'zod';
import { name, positiveInteger, truth } from './words.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const base64 = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => BASE64.test(text.replace(/\s/g, '')), {
      error: (issue) => `'${String(issue.input)}' is not a 'base64'`,
    });

/** What is booted when the image is given a second time as a disk, as newer clients do; anything else needs volumes. */
const localDisk = z.looseObject({ source_type: z.string().optional(), destination_type: z.string().optional() });

/** Body of POST /servers (nova/api/openstack/compute/schemas/servers.py, create). */
export const serverCreate = z.strictObject({
  server: z.strictObject({
    name,
    flavorRef: z
      .union([z.string().min(1), z.int()])
      .transform(String)
      .meta({ description: 'Id of a flavor' }),
    imageRef: z
      .union([z.guid(), z.literal('')])
      .optional()
      .meta({ description: 'Id of an image' }),
    networks: z
      .array(
        z.strictObject({
          uuid: z.guid().optional(),
          fixed_ip: z.union([z.ipv4(), z.ipv6()]).optional(),
          port: z.union([z.guid(), z.null()]).optional(),
        }),
      )
      .optional()
      .meta({ description: 'Absent: the one network that there is' }),
    min_count: positiveInteger.optional(),
    max_count: positiveInteger.optional(),
    return_reservation_id: truth.optional(),
    metadata: z.record(z.string().regex(/^[a-zA-Z0-9-_:. ]{1,255}$/), z.string().max(255)).optional(),
    user_data: base64(65_535).optional(),
    availability_zone: name.optional().meta({ description: '`zone`, or for administrators `zone:host`' }),
    security_groups: z.array(z.strictObject({ name: z.string().min(1).max(255) })).optional(),
    key_name: z.string().min(1).max(255).optional(),
    config_drive: truth.optional(),
    accessIPv4: z.union([z.ipv4(), z.literal('')]).optional(),
    accessIPv6: z.union([z.ipv6(), z.literal('')]).optional(),
    adminPass: z.string().optional(),
    'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']).optional(),
    personality: z.array(z.strictObject({ path: z.string(), contents: base64(1_000_000) })).optional(),
    block_device_mapping_v2: z.array(localDisk).optional(),
  }),
  'os:scheduler_hints': z.record(z.string(), z.unknown()).optional(),
  'OS-SCH-HNT:scheduler_hints': z.record(z.string(), z.unknown()).optional(),
});

export type ServerCreate = z.infer<typeof serverCreate>['server'];
