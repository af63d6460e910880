/** An image as the image service shows it; spelled as glance spells it. */
export interface Image {
  readonly id: string;
  readonly name: string;
  readonly status: 'queued' | 'saving' | 'active' | 'deactivated';
  readonly visibility: 'public' | 'private' | 'shared' | 'community';
  readonly owner: string;
  /** GiB of root disk that an instance needs at least. */
  readonly min_disk: number;
  /** MiB of memory that an instance needs at least. */
  readonly min_ram: number;
  /** Bytes. */
  readonly size: number;
  readonly disk_format: string;
  readonly container_format: string;
  readonly checksum: string | null;
  readonly os_hash_value: string | null;
  readonly protected: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly properties: Readonly<Record<string, string>>;
}
