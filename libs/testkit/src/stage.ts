import { randomUUID } from 'node:crypto';
import { hostName, type Instance } from '@novasim/cloud';
import { connect, type RequestContext, serve, type Transport } from '@novasim/rpc';
import { CONTROL_EXCHANGE, createLogger, type Start, type Started } from '@novasim/service';
import { type NewInstance, openStore, type Store, seed } from '@novasim/store';
import { freshDatabase } from './databases.ts';
import { type Bus, freshBus } from './fresh-bus.ts';
import { newInstance } from './new-instance.ts';
import { until } from './until.ts';

/** A request that a probe heard. */
export interface Heard {
  readonly method: string;
  readonly context: RequestContext;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A stand-in for a service: answers as it is told and remembers what it heard. */
export interface Probe extends AsyncDisposable {
  readonly heard: readonly Heard[];
  /** Waits until so many requests of a method were heard, and answers them. */
  seen(method: string, count?: number): Promise<readonly Heard[]>;
}

/** What a probe serves under one namespace and version (default none, 1.0). */
export interface ProbeEndpoint {
  readonly namespace?: string;
  readonly version?: string;
  readonly methods: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => unknown>>;
}

/** One service on a bus and a database of its own, its peers played by probes. Everything on it is closed with it. */
export class Stage implements AsyncDisposable {
  readonly bus: Bus;
  readonly store: Store;
  /** A client's connection, with novasim's control exchange. */
  readonly transport: Transport;
  readonly #databaseUrl: string;
  readonly #opened: AsyncDisposableStack;

  constructor(bus: Bus, store: Store, databaseUrl: string, transport: Transport, opened: AsyncDisposableStack) {
    this.bus = bus;
    this.store = store;
    this.transport = transport;
    this.#databaseUrl = databaseUrl;
    this.#opened = opened;
  }

  /** Starts a service here, with these variables beside bus and database; `stop` ends it before the stage does. */
  async start<C>(
    readConfig: (env: NodeJS.ProcessEnv) => C,
    start: Start<C>,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Started & { stop(): Promise<void> }> {
    const ending = new AbortController();
    const config = readConfig({ TRANSPORT_URL: this.bus.url, DATABASE_URL: this.#databaseUrl, ...env });
    const log = createLogger({ service: 'stage', host: 'stage', level: 'silent', format: 'json' });
    const service = await start({ config, log, signal: ending.signal });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      ending.abort();
      stopped ??= Promise.resolve(service[Symbol.asyncDispose]());
      return stopped;
    };
    this.#opened.defer(stop);
    return { ...service, stop };
  }

  /** Plays a server: each method answers what its function does. */
  async probe(
    target: { readonly topic: string; readonly server: string },
    ...endpoints: readonly ProbeEndpoint[]
  ): Promise<Probe> {
    const heard: Heard[] = [];
    const served = endpoints.map(({ namespace, version = '1.0', methods }) => {
      const endpoint: Record<string, unknown> = {
        endpointTarget: { version, ...(namespace !== undefined && { namespace }) },
      };
      for (const [method, answer] of Object.entries(methods)) {
        endpoint[method] = (context: RequestContext, args: Readonly<Record<string, unknown>>) => {
          heard.push({ method, context, args });
          return answer(args);
        };
      }
      return endpoint;
    });
    const server = this.#opened.use(await serve(this.transport, target, served));
    return {
      heard,
      seen: (method, count = 1) =>
        until(
          () => {
            const found = heard.filter((request) => request.method === method);
            return found.length >= count && found;
          },
          { what: `${count} × ${method} at ${target.topic}.${target.server}` },
        ),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  }

  /** Writes down an instance that is about to be built: flavor m1.tiny unless told otherwise. */
  async newBuild(overrides: Partial<NewInstance> = {}): Promise<Instance> {
    const flavor = await this.store.flavors.get('1');
    if (flavor === undefined) throw new Error('the seed has no flavor 1');
    const [instance] = await this.store.instances.create([newInstance({ flavor, ...overrides })]);
    if (instance === undefined) throw new Error('the store created nothing');
    return instance;
  }

  /** A host that is up, with room for `vcpus` instances of m1.tiny. */
  async newHost(name: string, vcpus = 4): Promise<void> {
    const host = hostName(name);
    const total = { vcpus, memory_mb: vcpus * 512, local_gb: vcpus };
    await this.store.hosts.upsertNode({ host, hypervisor_hostname: name, total, availability_zone: 'nova' });
    await this.store.hosts.report({
      binary: 'nova-compute',
      host,
      topic: 'compute',
      availability_zone: 'nova',
      seen_ms: Date.now(),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}

/** Opens a stage on the embedded broker and SQLite, seeded. */
export async function openStage(): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await freshBus());
  const database = opened.use(await freshDatabase('sqlite'));
  const store = opened.use(await openStore(database.url));
  await seed(store, { passwords: { admin: randomUUID(), demo: randomUUID() } });
  const options = { amqp_durable_queues: true };
  const allowedRemoteModules = ['nova.exception'];
  const transport = opened.use(
    await connect(bus.url, {
      name: 'stage',
      controlExchange: CONTROL_EXCHANGE,
      options,
      durableTransient: true,
      allowedRemoteModules,
    }),
  );
  return new Stage(bus, store, database.url, transport, opened.move());
}
