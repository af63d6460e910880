import { z } from 'zod';
import { limit, link, marker, pageLinks, sortDir } from './words.ts';

export const flavorsQuery = z.looseObject({
  limit: limit.optional(),
  marker: marker.optional(),
  sort_key: z.enum(['flavorid', 'name', 'memory_mb', 'vcpus', 'root_gb', 'id']).optional(),
  sort_dir: sortDir.optional(),
  minRam: z
    .string()
    .regex(/^[0-9]*$/)
    .optional(),
  minDisk: z
    .string()
    .regex(/^[0-9]*$/)
    .optional(),
  is_public: z.string().optional().meta({ description: 'True, False or None (both); administrators only' }),
});

export const flavor = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    ram: z.int(),
    disk: z.int(),
    swap: z.union([z.literal(''), z.int()]),
    'OS-FLV-EXT-DATA:ephemeral': z.int(),
    'OS-FLV-DISABLED:disabled': z.boolean(),
    vcpus: z.int(),
    'os-flavor-access:is_public': z.boolean(),
    rxtx_factor: z.number(),
    links: z.array(link),
  })
  .meta({ id: 'Flavor' });

export const flavorAnswer = z.strictObject({ flavor });
export const flavorsDetail = z.strictObject({ flavors: z.array(flavor), flavors_links: pageLinks });
export const flavorsIndex = z.strictObject({
  flavors: z.array(z.strictObject({ id: z.string(), name: z.string(), links: z.array(link) })),
  flavors_links: pageLinks,
});
export const extraSpecs = z.strictObject({ extra_specs: z.record(z.string(), z.string()) });
