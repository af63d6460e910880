import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instance, InstanceUpdates, InstanceUuid } from '@novasim/cloud';
import { connect, type RequestContext, serve, type Transport } from '@novasim/rpc';
import { COMPUTE_VERSION, computeSignatures, type RunInstanceArgs } from '@novasim/rpcapi';
import { createLogger } from '@novasim/service';
import { openStore, SEEDED, type Store } from '@novasim/store';
import { type Bus, freshBus, until } from '@novasim/testkit';
import { readConfig, startApi } from '../src/service.ts';
import { startTcpProxy } from './tcp-proxy.ts';

export const CIRROS = SEEDED.images.cirros;
export const DEMO_NETWORK = SEEDED.networks.demo;
export const PASSWORDS = { admin: 'admin-password', demo: 'demo-password' } as const;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of any shape
  readonly body: any;
}

export interface Asking {
  readonly method?: string;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An action on a guest, as a host heard it. */
export interface HeardAct {
  readonly host: string;
  readonly method: string;
  readonly instance: Instance;
  readonly reboot_type?: string;
}

/** An api with a database and a bus of its own, and the places where its casts arrive. */
export interface ApiUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly bus: Bus;
  /** The same database, as the other services see it. */
  readonly store: Store;
  /** What the scheduler has heard, and each compute host. */
  readonly boots: readonly { readonly ctx: RequestContext; readonly args: RunInstanceArgs }[];
  readonly terminations: readonly { readonly host: string; readonly uuid: string }[];
  readonly acts: readonly HeardAct[];
  /** Every line that the api logged. */
  readonly log: readonly string[];
  /** Holds up whatever the api and the broker say to each other; both think that they are connected. Returns what ends it. */
  holdBus(): () => void;
  ask(path: string, asking?: Asking): Promise<Reply>;
  /** A token of a user in the project of the same name. */
  login(user?: 'admin' | 'demo'): Promise<string>;
  /** Boots one server over HTTP; its row. */
  boot(server?: object): Promise<Instance>;
  /** Changes a row as the services below the api do. */
  change(uuid: InstanceUuid, updates: InstanceUpdates): Promise<Instance>;
  /** Resolves when so many boots have reached the scheduler. */
  booted(count: number): Promise<void>;
}

export async function startApiUnderTest(env: NodeJS.ProcessEnv = {}): Promise<ApiUnderTest> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-api-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = `sqlite:${join(folder, 'test.db')}`;
  const bus = opened.use(await freshBus());
  const proxy = opened.use(await startTcpProxy(bus.url));
  const config = readConfig({
    TRANSPORT_URL: proxy.url,
    DATABASE_URL: databaseUrl,
    API_PORT: '0',
    HOST: 'api-1',
    ADMIN_PASSWORD: PASSWORDS.admin,
    DEMO_PASSWORD: PASSWORDS.demo,
    ...env,
  });
  const lines: string[] = [];
  const log = createLogger({
    service: 'api',
    host: 'api-1',
    level: 'debug',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const stop = new AbortController();
  const api = opened.use(await startApi({ config, log, signal: stop.signal }));
  const { url } = api.info as { url: string }; // what startApi promises
  const store = opened.use(await openStore(databaseUrl));
  const transport = opened.use(
    await connect(bus.url, {
      name: 'probe',
      controlExchange: 'nova',
      options: { amqp_durable_queues: true },
      durableTransient: true,
    }),
  );
  const { boots, terminations, acts } = await listen(transport);

  const ask = (path: string, asking: Asking = {}) => askOver(url, path, asking);
  const closing = opened.move();
  return {
    url,
    bus,
    store,
    boots,
    terminations,
    acts,
    log: lines,
    holdBus: () => proxy.hold(),
    ask,
    async login(user = 'admin') {
      const { headers } = await ask('/identity/v3/auth/tokens', { body: passwordRequest(user, PASSWORDS[user]) });
      return headers.get('x-subject-token') ?? '';
    },
    async boot(server = {}) {
      const body = { server: { name: 'vm', flavorRef: '1', imageRef: CIRROS, ...server } };
      const reply = await ask('/compute/v2.1/servers', { body });
      const instance = await store.instances.get(reply.body.server.id);
      if (instance === undefined) throw new Error(`not booted: ${reply.status}`);
      return instance;
    },
    async change(uuid, updates) {
      const saved = await store.instances.save(uuid, updates);
      if (saved.outcome !== 'saved') throw new Error(`not changed: ${saved.outcome}`);
      return saved.instance;
    },
    async booted(count) {
      await until(() => boots.length >= count, { what: `${count} boots at the scheduler` });
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

export function passwordRequest(
  user: string,
  password: string,
  scope: unknown = { project: { name: user, domain: { id: 'default' } } },
) {
  const identity = { methods: ['password'], password: { user: { name: user, domain: { name: 'Default' }, password } } };
  return { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
}

/** All that a host does to a guest but end it. */
const ACT_METHODS = Object.keys(computeSignatures).filter(
  (method) => method.endsWith('_instance') && method !== 'terminate_instance' && method !== 'build_and_run_instance',
);

async function listen(transport: Transport) {
  const boots: { ctx: RequestContext; args: RunInstanceArgs }[] = [];
  const terminations: { host: string; uuid: string }[] = [];
  const acts: HeardAct[] = [];
  const scheduler = {
    run_instance: (ctx: RequestContext, args: RunInstanceArgs) => void boots.push({ ctx, args }),
  };
  await serve(transport, { topic: 'scheduler', server: 'probe' }, [scheduler]);
  for (const host of ['host-1', 'host-2']) {
    const compute = {
      endpointTarget: { version: COMPUTE_VERSION },
      terminate_instance: (_ctx: RequestContext, { instance }: { instance: Instance }) =>
        void terminations.push({ host, uuid: instance.uuid }),
      ...Object.fromEntries(
        ACT_METHODS.map((method) => [
          method,
          (_ctx: RequestContext, args: Omit<HeardAct, 'host' | 'method'>) => void acts.push({ host, method, ...args }),
        ]),
      ),
    };
    await serve(transport, { topic: 'compute', server: host }, [compute]);
  }
  return { boots, terminations, acts };
}

async function askOver(url: string, path: string, { method, body, headers = {} }: Asking): Promise<Reply> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    redirect: 'manual',
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && answer !== '' ? JSON.parse(answer) : answer,
  };
}
