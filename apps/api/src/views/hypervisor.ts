import { addResources, type ComputeNode, NO_RESOURCES, type ServiceRecord } from '@novasim/cloud';
import type { NumberedService } from './service.ts';

export interface Hypervisor {
  readonly node: ComputeNode;
  readonly id: number;
  readonly service: NumberedService | undefined;
}
type IsUp = (service: ServiceRecord) => boolean;

/** What the processor of a simulated host claims to be; a text below 2.28. */
const CPU_INFO = JSON.stringify({
  arch: 'x86_64',
  model: 'Nehalem',
  vendor: 'Intel',
  features: ['pge', 'clflush'],
  topology: { cores: 1, threads: 1, sockets: 4 },
});

export function hypervisorIndex({ node, id, service }: Hypervisor, isUp: IsUp) {
  return {
    id,
    hypervisor_hostname: node.hypervisor_hostname,
    state: service !== undefined && isUp(service) ? 'up' : 'down',
    status: service?.disabled === true ? 'disabled' : 'enabled',
  };
}

/** A hypervisor whole, as shown below 2.28. */
export function hypervisorDetail(hypervisor: Hypervisor, isUp: IsUp) {
  const { node, service } = hypervisor;
  return {
    ...hypervisorIndex(hypervisor, isUp),
    hypervisor_type: 'fake',
    hypervisor_version: 1_000,
    host_ip: '127.0.0.1',
    service: { id: service?.id ?? 0, host: node.host, disabled_reason: service?.disabled_reason ?? null },
    ...usageOf(node.total, node.used, node.running_vms),
    cpu_info: CPU_INFO,
  };
}

export function statisticsOf(hypervisors: readonly Hypervisor[]) {
  const nodes = hypervisors.map(({ node }) => node);
  return {
    count: nodes.length,
    ...usageOf(
      nodes.map(({ total }) => total).reduce(addResources, NO_RESOURCES),
      nodes.map(({ used }) => used).reduce(addResources, NO_RESOURCES),
      nodes.reduce((sum, { running_vms }) => sum + running_vms, 0),
    ),
  };
}

function usageOf(total: ComputeNode['total'], used: ComputeNode['used'], runningVms: number) {
  return {
    vcpus: total.vcpus,
    memory_mb: total.memory_mb,
    local_gb: total.local_gb,
    vcpus_used: used.vcpus,
    memory_mb_used: used.memory_mb,
    local_gb_used: used.local_gb,
    free_ram_mb: total.memory_mb - used.memory_mb,
    free_disk_gb: total.local_gb - used.local_gb,
    current_workload: 0,
    running_vms: runningVms,
    disk_available_least: 0,
  };
}
