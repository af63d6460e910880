import {
  type ConnectOptions,
  connect,
  type RabbitOptions,
  type RequestContext,
  RpcClient,
  serve,
  type Transport,
} from '../src/index.ts';

/** Driver options by oslo's names, and the options of `connect` and `serve` that a bench may want to set, in one object. */
export type AdapterOptions = Partial<RabbitOptions> &
  Omit<ConnectOptions, 'options'> & {
    /** Methods that a server runs at the same time. Default 1,000: a bench keeps more calls in flight than a service does. */
    readonly workers?: number;
  };

/** The methods of a server by name. */
export type Handlers = Readonly<
  Record<string, (ctxt: RequestContext, args: Readonly<Record<string, unknown>>) => unknown>
>;

export interface ServerSetting {
  readonly url: string;
  readonly topic: string;
  readonly server: string;
  readonly handlers: Handlers;
  readonly opts?: AdapterOptions;
  /** For libraries whose servers get fanouts only when told to: these always do. */
  readonly fanout?: boolean;
}

export interface ClientSetting {
  readonly url: string;
  readonly topic: string;
  readonly opts?: AdapterOptions;
}

export interface BenchServer {
  /** Finishes what runs, answers it, and leaves the bus. */
  close(): Promise<void>;
}

export interface BenchClient {
  /** Resolves with what the method answers. */
  call(method: string, ctxt?: RequestContext, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Resolves when the broker has confirmed the request. */
  cast(
    method: string,
    ctxt?: RequestContext,
    args?: Readonly<Record<string, unknown>>,
    options?: { readonly fanout?: boolean; readonly server?: string },
  ): Promise<void>;
  close(): Promise<void>;
}

const manyWorkers = 1_000;

/**
 * The library as a bench drives it, its own or an outside one. Servers of one process with the same URL and options share one
 * transport, and so do clients: as in a program, not a connection each. Errors are those of `connect` and `serve`.
 */
export async function createServer({ url, topic, server, handlers, opts = {} }: ServerSetting): Promise<BenchServer> {
  const { workers = manyWorkers, ...connectOptions } = opts;
  const { transport, release } = await lease('bench-server', url, connectOptions);
  try {
    const served = await serve(transport, { topic, server }, [handlers], { workers });
    return {
      async close() {
        await served.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The calling side of {@link createServer}. */
export async function createClient({ url, topic, opts = {} }: ClientSetting): Promise<BenchClient> {
  const { workers: _servers, ...connectOptions } = opts;
  const { transport, release } = await lease('bench-client', url, connectOptions);
  const client = new RpcClient<Handlers>(transport, { topic });
  const fanout = client.prepare({ fanout: true });
  return {
    call: (method, ctxt = {}, args = {}) => client.call(ctxt, method, args),
    cast(method, ctxt = {}, args = {}, options = {}) {
      if (options.fanout === true) return fanout.cast(ctxt, method, args);
      const to = options.server === undefined ? client : client.prepare({ server: options.server });
      return to.cast(ctxt, method, args);
    },
    close: release,
  };
}

interface Shared {
  readonly transport: Promise<Transport>;
  users: number;
}

const shared = new Map<string, Shared>();

/** A transport that is closed when the last of its users has released it. */
async function lease(
  role: string,
  url: string,
  opts: Omit<AdapterOptions, 'workers'>,
): Promise<{ transport: Transport; release: () => Promise<void> }> {
  const isPlain = opts.interceptors === undefined && opts.signal === undefined;
  const key = isPlain ? JSON.stringify([role, url, opts]) : `${role} ${crypto.randomUUID()}`;
  const found = shared.get(key) ?? { transport: open(role, url, opts), users: 0 };
  shared.set(key, found);
  found.users += 1;
  const leave = (): boolean => {
    found.users -= 1;
    if (found.users === 0) shared.delete(key);
    return found.users === 0;
  };
  let transport: Transport;
  try {
    transport = await found.transport;
  } catch (error) {
    leave();
    throw error;
  }
  let released: Promise<void> | undefined;
  return {
    transport,
    release() {
      released ??= leave() ? transport.close() : Promise.resolve();
      return released;
    },
  };
}

function open(role: string, url: string, opts: Omit<AdapterOptions, 'workers'>): Promise<Transport> {
  const {
    name = role,
    controlExchange,
    responseTimeoutMs,
    durableTransient,
    allowedRemoteModules,
    interceptors,
    waitForBroker,
    signal,
    ...options
  } = opts;
  return connect(url, {
    name,
    ...(controlExchange === undefined ? {} : { controlExchange }),
    ...(responseTimeoutMs === undefined ? {} : { responseTimeoutMs }),
    ...(durableTransient === undefined ? {} : { durableTransient }),
    ...(allowedRemoteModules === undefined ? {} : { allowedRemoteModules }),
    ...(interceptors === undefined ? {} : { interceptors }),
    ...(waitForBroker === undefined ? {} : { waitForBroker }),
    ...(signal === undefined ? {} : { signal }),
    options,
  });
}
