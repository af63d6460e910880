import { z } from 'zod';
import { limit, link, marker, pageLinks, seconds } from './words.ts';

export const imagesQuery = z.looseObject({
  limit: limit.optional(),
  marker: marker.optional(),
  name: z.string().optional(),
  status: z.string().optional(),
  visibility: z.string().optional(),
  owner: z.string().optional(),
  id: z.string().optional().meta({ description: 'An id, or `in:` and several with commas between them' }),
  sort: z.string().optional().meta({ description: '`name:asc,created_at:desc`' }),
  sort_key: z.string().optional(),
  sort_dir: z.enum(['asc', 'desc']).optional(),
});

export const image = z
  .looseObject({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    visibility: z.string(),
    owner: z.string(),
    size: z.int(),
    min_ram: z.int(),
    min_disk: z.int(),
    disk_format: z.string(),
    container_format: z.string(),
    checksum: z.string().nullable(),
    protected: z.boolean(),
    created_at: seconds,
    updated_at: seconds,
    tags: z.array(z.string()),
    self: z.string(),
    file: z.string(),
    schema: z.string(),
  })
  .meta({ id: 'Image' });

export const imagesAnswer = z.strictObject({
  images: z.array(image),
  first: z.string(),
  next: z.string().optional(),
  schema: z.string(),
});

/** An image as compute's proxy shows it, below 2.36. */
export const novaImage = z.strictObject({
  id: z.string(),
  name: z.string(),
  minRam: z.int(),
  minDisk: z.int(),
  metadata: z.record(z.string(), z.string()),
  created: seconds,
  updated: seconds,
  status: z.string(),
  progress: z.int(),
  'OS-EXT-IMG-SIZE:size': z.int(),
  links: z.array(link.extend({ type: z.string().optional() })),
});
export const novaImageAnswer = z.strictObject({ image: novaImage });
export const novaImagesDetail = z.strictObject({ images: z.array(novaImage), images_links: pageLinks });
export const novaImagesIndex = z.strictObject({
  images: z.array(z.strictObject({ id: z.string(), name: z.string(), links: novaImage.shape.links })),
  images_links: pageLinks,
});
