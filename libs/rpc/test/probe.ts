import { EventEmitter, once } from 'node:events';
import type { Bus } from '@novasim/testkit';
import {
  type ConnectOptions,
  connect,
  type RequestContext,
  RpcClient,
  type RpcServer,
  type ServeOptions,
  serve,
  type Transport,
  ValueError,
} from '../src/index.ts';

/** Tests do not wait longer than this for anything. */
export const deadlineMs = 20_000;

/** A large body that `bus` takes: RabbitMQ 4 takes no more than 16 MiB. */
export function largeBytes({ version }: Pick<Bus, 'version'>): number {
  return (version?.startsWith('4') === true ? 15 : 20) * 1024 * 1024;
}

/** An endpoint that tells what it heard. */
export class Probe {
  readonly heard: unknown[] = [];
  readonly #events = new EventEmitter();
  readonly #held: (() => void)[] = [];
  #isReleased = false;
  readonly name: string;

  constructor(name = 'probe') {
    this.name = name;
  }

  echo(_context: RequestContext, { value }: { value: unknown }): unknown {
    return value;
  }

  whoami(): string {
    return this.name;
  }

  ctx(context: RequestContext): RequestContext {
    return context;
  }

  nothing(): void {}

  fail(_context: RequestContext, { message }: { message: string }): never {
    throw new ValueError(message);
  }

  record(_context: RequestContext, { value }: { value: unknown }): void {
    this.#hear(value);
  }

  /** Answers when the test says so. */
  async hold(_context: RequestContext, { value }: { value: unknown }): Promise<unknown> {
    if (this.#isReleased) {
      this.#hear(value);
      return value;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.push(resolve);
    this.#hear(value);
    await promise;
    return value;
  }

  /** Resolves once so many requests were heard. */
  async seen(count: number): Promise<void> {
    const signal = AbortSignal.timeout(deadlineMs);
    while (this.heard.length < count) await once(this.#events, 'heard', { signal });
  }

  /** Lets every held method answer, those to come included. */
  release(): void {
    this.#isReleased = true;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  #hear(value: unknown): void {
    this.heard.push(value);
    this.#events.emit('heard');
  }
}

/** A probe that is served, with its own transport. */
export interface ServedProbe extends AsyncDisposable {
  readonly probe: Probe;
  readonly server: RpcServer;
}

/** Serves a probe on `bus`. */
export async function serveProbe(
  bus: Bus,
  {
    server,
    topic = 'demo',
    options,
    connectOptions,
    endpoints,
  }: {
    server: string;
    topic?: string;
    options?: ServeOptions;
    connectOptions?: ConnectOptions;
    endpoints?: (probe: Probe) => readonly object[];
  },
): Promise<ServedProbe> {
  await using opened = new AsyncDisposableStack();
  const transport = opened.use(await connect(bus.url, { name: `server-${server}`, ...connectOptions }));
  const probe = new Probe(server);
  const served = opened.use(await serve(transport, { topic, server }, endpoints?.(probe) ?? [probe], options));
  const all = opened.move();
  return { probe, server: served, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A client of probes, with its own transport. */
export interface ProbeClient extends AsyncDisposable {
  readonly client: RpcClient<Probe>;
  readonly transport: Transport;
}

/** A client on `bus` whose calls do not wait long. */
export async function clientOn(
  bus: Pick<Bus, 'url'>,
  topic = 'demo',
  options: ConnectOptions = {},
): Promise<ProbeClient> {
  const transport = await connect(bus.url, { name: 'client', responseTimeoutMs: deadlineMs, ...options });
  const client = new RpcClient<Probe>(transport, { topic });
  return { client, transport, [Symbol.asyncDispose]: () => transport.close() };
}
