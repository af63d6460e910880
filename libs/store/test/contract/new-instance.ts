import { randomUUID } from 'node:crypto';
import { type Flavor, instanceUuid, projectId, type Resources, userId } from '@novasim/cloud';
import type { NewInstance } from '@novasim/store';

export const DEMO = projectId('de000000000040008000000000000001');
export const OTHER = projectId('0ther000000000000000000000000001');
export const USER = userId('de000000000040008000000000000002');
export const TINY: Resources = { vcpus: 1, memory_mb: 512, local_gb: 1 };

export const TINY_FLAVOR: Flavor = {
  flavorid: '1',
  name: 'm1.tiny',
  vcpus: 1,
  memory_mb: 512,
  root_gb: 1,
  ephemeral_gb: 0,
  swap: 0,
  rxtx_factor: 1.5,
  is_public: true,
  disabled: false,
  description: null,
  extra_specs: { 'hw:mem_page_size': 'large' },
};

export function newInstance(overrides: Partial<NewInstance> = {}): NewInstance {
  return {
    uuid: instanceUuid(randomUUID()),
    display_name: 'vm',
    project_id: DEMO,
    user_id: USER,
    reservation_id: 'r-abcdefgh',
    launch_index: 0,
    image_ref: 'c1000000-0000-4000-8000-000000000001',
    flavor: TINY_FLAVOR,
    availability_zone: null,
    metadata: {},
    key_name: null,
    user_data: null,
    config_drive: false,
    access_ip_v4: null,
    access_ip_v6: null,
    disk_config: 'MANUAL',
    ...overrides,
  };
}
