import { type HostName, hostName, type Instance, type InstanceUuid, type Resources } from '@novasim/cloud';
import { type NewInstance, type OpenOptions, openStore, type Store } from '@novasim/store';
import { type DatabaseUnderTest, freshDatabase } from '@novasim/testkit';
import { DEMO, newInstance } from '@novasim/testkit/new-instance';

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
