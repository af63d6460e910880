import type { Image } from '@novasim/cloud';
import { inSeconds } from './times.ts';

/** An image as the image service shows it. Its links are paths without host and without the part's prefix, as glance's. */
export function imageView(image: Image) {
  return {
    ...image.properties,
    name: image.name,
    disk_format: image.disk_format,
    container_format: image.container_format,
    visibility: image.visibility,
    size: image.size,
    virtual_size: null,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.min_ram,
    min_disk: image.min_disk,
    owner: image.owner,
    os_hidden: false,
    os_hash_algo: image.os_hash_value === null ? null : 'sha512',
    os_hash_value: image.os_hash_value,
    id: image.id,
    created_at: inSeconds(image.created_at),
    updated_at: inSeconds(image.updated_at),
    tags: [],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
  };
}

/** Whether a project may see an image. */
export function canSee(
  image: Image,
  { project_id, is_admin }: { project_id: string | null; is_admin: boolean },
): boolean {
  return image.visibility === 'public' || image.owner === project_id || is_admin;
}
