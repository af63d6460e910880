import { randomUUID } from 'node:crypto';
import { type Flavor, instanceUuid, projectId, type Resources } from '@novasim/cloud';
import { type NewInstance, SEEDED } from '@novasim/store';

export const DEMO = SEEDED.projects.demo;
/** A project that the seed does not make. */
export const OTHER = projectId('0ther000000000000000000000000001');
export const USER = SEEDED.users.demo;
/** What {@link TINY_FLAVOR} asks of a host. */
export const TINY: Resources = { vcpus: 1, memory_mb: 512, local_gb: 1 };

/** A flavor with a value in every field that may have one. */
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

/** An instance as the API asks the store for it, in the seeded project `demo`. */
export function newInstance(overrides: Partial<NewInstance> = {}): NewInstance {
  return {
    uuid: instanceUuid(randomUUID()),
    display_name: 'vm',
    project_id: DEMO,
    user_id: USER,
    reservation_id: 'r-abcdefgh',
    launch_index: 0,
    image_ref: SEEDED.images.cirros,
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
