import { type Flavor, type Image, projectId, userId } from '@novasim/cloud';
import { DuplicateEntry } from './errors.ts';
import type { Store } from './store.ts';

/** Ids that are the same in every new cloud, so that scripts and documents can name them. */
export const SEEDED = {
  projects: {
    admin: projectId('ad000000000040008000000000000001'),
    demo: projectId('de000000000040008000000000000001'),
  },
  users: {
    admin: userId('ad000000000040008000000000000002'),
    demo: userId('de000000000040008000000000000002'),
  },
  images: {
    cirros: 'c1000000-0000-4000-8000-000000000001',
    debian: 'de000000-0000-4000-8000-000000000001',
    ubuntu: 'ab000000-0000-4000-8000-000000000001',
  },
  networks: { demo: '0e000000-0000-4000-8000-000000000001' },
} as const;

export interface SeedOptions {
  /** Of the users `admin` and `demo`. A changed one replaces the old one. */
  readonly passwords: { readonly admin: string; readonly demo: string };
}

/**
 * Makes what a cloud needs before its first boot: flavors, images, the shared network `demo`, two projects with a user
 * each. What is there already stays as it is; several processes may do this at once.
 */
export async function seed(store: Store, { passwords }: SeedOptions): Promise<void> {
  for (const flavor of FLAVORS) await unlessThere(() => store.flavors.create(flavor));
  for (const image of IMAGES) await unlessThere(() => store.images.create(image));

  const { projects, users } = SEEDED;
  const identity = store.identity;
  await identity.ensureProject({ id: projects.admin, name: 'admin' });
  await identity.ensureProject({ id: projects.demo, name: 'demo' });
  await Promise.all([
    identity.ensureUser({
      id: users.admin,
      name: 'admin',
      password: passwords.admin,
      default_project_id: projects.admin,
    }),
    identity.ensureUser({ id: users.demo, name: 'demo', password: passwords.demo, default_project_id: projects.demo }),
  ]);
  for (const project of [projects.admin, projects.demo]) {
    for (const role of ['admin', 'member', 'reader']) await identity.grant(users.admin, project, role);
  }
  for (const role of ['member', 'reader']) await identity.grant(users.demo, projects.demo, role);

  await unlessThere(() =>
    store.networks.create({
      id: SEEDED.networks.demo,
      name: 'demo',
      project_id: projects.admin,
      shared: true,
      cidr: '10.0.0.0/20',
    }),
  );
}

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof DuplicateEntry)) throw error;
  }
}

/** The sizes that devstack makes. */
const FLAVORS: readonly Flavor[] = [
  flavor('1', 'm1.tiny', 1, 512, 1),
  flavor('2', 'm1.small', 1, 2_048, 20),
  flavor('3', 'm1.medium', 2, 4_096, 40),
  flavor('4', 'm1.large', 4, 8_192, 80),
  flavor('5', 'm1.xlarge', 8, 16_384, 160),
  flavor('42', 'm1.nano', 1, 64, 0),
];

const MIB = 1024 * 1024;
/** Sizes are near those of the real files; nothing is ever read from them. */
const IMAGES: readonly Image[] = [
  image(SEEDED.images.cirros, 'cirros-0.6.2-x86_64-disk', { sizeMib: 20, min_disk: 0, min_ram: 0 }),
  image(SEEDED.images.debian, 'debian-13', { sizeMib: 330, min_disk: 1, min_ram: 256 }),
  image(SEEDED.images.ubuntu, 'ubuntu-24.04', { sizeMib: 600, min_disk: 1, min_ram: 512 }),
];

function flavor(flavorid: string, name: string, vcpus: number, memory_mb: number, root_gb: number): Flavor {
  return {
    flavorid,
    name,
    vcpus,
    memory_mb,
    root_gb,
    ephemeral_gb: 0,
    swap: 0,
    rxtx_factor: 1,
    is_public: true,
    disabled: false,
    description: null,
    extra_specs: {},
  };
}

function image(id: string, name: string, needs: { sizeMib: number; min_disk: number; min_ram: number }): Image {
  const made = '2026-01-01T00:00:00.000Z';
  return {
    id,
    name,
    status: 'active',
    visibility: 'public',
    owner: SEEDED.projects.admin,
    min_disk: needs.min_disk,
    min_ram: needs.min_ram,
    size: needs.sizeMib * MIB,
    disk_format: 'qcow2',
    container_format: 'bare',
    checksum: null,
    os_hash_value: null,
    protected: false,
    created_at: made,
    updated_at: made,
    properties: {},
  };
}
