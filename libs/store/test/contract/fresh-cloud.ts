import { randomUUID } from 'node:crypto';
import {
  type Flavor,
  type HostName,
  hostName,
  type Instance,
  type InstanceUuid,
  instanceUuid,
  projectId,
  type Resources,
  userId,
} from '@novasim/cloud';
import { type NewInstance, type OpenOptions, openStore, type Store } from '@novasim/store';
import { type DatabaseUnderTest, freshDatabase } from '@novasim/testkit';

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

/** A store on an empty database, and what the tests make in it. */
export class FreshCloud implements AsyncDisposable {
  readonly store: Store;
  readonly url: string;
  readonly #opened: AsyncDisposableStack;

  constructor(store: Store, url: string, opened: AsyncDisposableStack) {
    this.store = store;
    this.url = url;
    this.#opened = opened;
  }

  /** Another connection, as another process would have; closed with the rest. */
  async anotherStore(): Promise<Store> {
    return this.#opened.use(await openStore(this.url));
  }

  async boot(overrides: Partial<NewInstance> = {}): Promise<Instance> {
    const [instance] = await this.store.instances.create([newInstance(overrides)]);
    if (instance === undefined) throw new Error('create answered nothing');
    return instance;
  }

  async host(name: string, total: Resources): Promise<HostName> {
    const host = hostName(name);
    await this.store.hosts.upsertNode({ host, hypervisor_hostname: name, total, availability_zone: 'nova' });
    return host;
  }

  /** A shared network; answers its id. */
  async network(cidr: string, pool: { allocation_start?: string; allocation_end?: string } = {}): Promise<string> {
    const network = await this.store.networks.create({ name: 'net', project_id: DEMO, shared: true, cidr, ...pool });
    return network.id;
  }

  async plug(instance: { uuid: InstanceUuid }, network_id: string, fixed_ip?: string) {
    return this.store.networks.allocate({
      instance_uuid: instance.uuid,
      project_id: DEMO,
      network_id,
      ...(fixed_ip === undefined ? {} : { fixed_ip }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

export async function freshCloud(database: DatabaseUnderTest, options: OpenOptions = {}): Promise<FreshCloud> {
  await using opened = new AsyncDisposableStack();
  const { url } = opened.use(await freshDatabase(database));
  const store = opened.use(await openStore(url, options));
  return new FreshCloud(store, url, opened.move());
}

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

/** A clock that a test sets: milliseconds since 1970. */
export class TestClock {
  ms = Date.parse('2026-01-01T00:00:00.000Z');

  readonly now = (): number => this.ms;

  /** ISO 8601, as the store writes it. */
  get text(): string {
    return new Date(this.ms).toISOString();
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}

export function outcomesOf<T>(results: readonly PromiseSettledResult<T>[]): readonly string[] {
  return results.map((result) => (result.status === 'fulfilled' ? 'done' : (result.reason as Error).name));
}
