/** What the pages read of the answers of the compute and the image API. */
export interface Server {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly created: string;
  readonly flavor: { readonly id?: string; readonly original_name?: string };
  readonly image: { readonly id: string } | '';
  readonly addresses: Readonly<Record<string, readonly { readonly addr: string }[]>>;
  readonly fault?: { readonly message: string };
  readonly locked?: boolean;
  readonly 'OS-EXT-STS:vm_state'?: string;
  readonly 'OS-EXT-STS:task_state'?: string | null;
  readonly 'OS-SRV-USG:launched_at'?: string | null;
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
}

export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  /** MiB. */
  readonly ram: number;
  /** GiB. */
  readonly disk: number;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  /** MiB. */
  readonly min_ram: number;
  /** GiB. */
  readonly min_disk: number;
}

/** Why an image cannot be booted with a flavor, in a few words; undefined when it can. */
export function imageFault({ min_ram, min_disk }: Image, { ram, disk }: Flavor): string | undefined {
  if (min_ram > ram) return `needs ${min_ram} MiB of memory`;
  return min_disk > disk ? `needs ${min_disk} GiB of disk` : undefined;
}
