import { z } from 'zod';
import { micros } from './words.ts';

export const servicesQuery = z.looseObject({ binary: z.string().optional(), host: z.string().optional() });
export const servicesAnswer = z.strictObject({
  services: z.array(
    z.strictObject({
      binary: z.string(),
      host: z.string(),
      id: z.int(),
      zone: z.string(),
      status: z.enum(['enabled', 'disabled']),
      state: z.enum(['up', 'down']),
      updated_at: micros,
      disabled_reason: z.string().nullable(),
      forced_down: z.boolean().optional(),
    }),
  ),
});

const index = z.strictObject({
  id: z.int(),
  hypervisor_hostname: z.string(),
  state: z.enum(['up', 'down']),
  status: z.enum(['enabled', 'disabled']),
});
const usage = {
  vcpus: z.int(),
  memory_mb: z.int(),
  local_gb: z.int(),
  vcpus_used: z.int(),
  memory_mb_used: z.int(),
  local_gb_used: z.int(),
  free_ram_mb: z.int(),
  free_disk_gb: z.int(),
  current_workload: z.int(),
  running_vms: z.int(),
  disk_available_least: z.int(),
};
export const hypervisorsIndex = z.strictObject({ hypervisors: z.array(index) });
const hypervisor = index
  .extend({
    hypervisor_type: z.string(),
    hypervisor_version: z.int(),
    host_ip: z.string(),
    service: z.strictObject({ id: z.int(), host: z.string(), disabled_reason: z.string().nullable() }),
    ...usage,
    cpu_info: z.string(),
  })
  .meta({ id: 'Hypervisor' });
export const hypervisorsDetail = z.strictObject({ hypervisors: z.array(hypervisor) });
export const hypervisorAnswer = z.strictObject({ hypervisor });
export const hypervisorStatistics = z.strictObject({
  hypervisor_statistics: z.strictObject({ count: z.int(), ...usage }),
});

const zoneState = z.strictObject({ available: z.boolean() });
export const zonesAnswer = z.strictObject({
  availabilityZoneInfo: z.array(z.strictObject({ zoneName: z.string(), zoneState, hosts: z.null() })),
});
const activity = z.strictObject({ available: z.boolean(), active: z.boolean(), updated_at: micros });
export const zonesDetail = z.strictObject({
  availabilityZoneInfo: z.array(
    z.strictObject({
      zoneName: z.string(),
      zoneState,
      hosts: z.record(z.string(), z.record(z.string(), activity)),
    }),
  ),
});
export const limitsAnswer = z.strictObject({
  limits: z.strictObject({ rate: z.array(z.never()), absolute: z.record(z.string(), z.int()) }),
});
