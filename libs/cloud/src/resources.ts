/** What an instance takes and a host has. Units are in the names: whole vCPUs, MiB of memory, GiB of disk. */
export interface Resources {
  readonly vcpus: number;
  readonly memory_mb: number;
  readonly local_gb: number;
}

export const NO_RESOURCES: Resources = { vcpus: 0, memory_mb: 0, local_gb: 0 };

export function addResources(a: Resources, b: Resources): Resources {
  return { vcpus: a.vcpus + b.vcpus, memory_mb: a.memory_mb + b.memory_mb, local_gb: a.local_gb + b.local_gb };
}

export function subtractResources(a: Resources, b: Resources): Resources {
  return { vcpus: a.vcpus - b.vcpus, memory_mb: a.memory_mb - b.memory_mb, local_gb: a.local_gb - b.local_gb };
}

/** Whether `wanted` fits into `total` of which `used` is taken. */
export function fits(wanted: Resources, total: Resources, used: Resources): boolean {
  return (
    used.vcpus + wanted.vcpus <= total.vcpus &&
    used.memory_mb + wanted.memory_mb <= total.memory_mb &&
    used.local_gb + wanted.local_gb <= total.local_gb
  );
}
