import { EventEmitter, once } from 'node:events';
import type { Bus } from '@novasim/testkit';
import { KeyError, type RequestContext, ValueError } from '../src/index.ts';
import { cleanup, connectLegacy, createConnection, type LegacyBus, type LegacyOptions } from '../src/legacy/index.ts';
import { deadlineMs } from './probe.ts';

/** What a service of those days served. */
export class Manager {
  readonly name: string;
  readonly heard: unknown[] = [];
  readonly held = Promise.withResolvers<void>();
  readonly #events = new EventEmitter();

  constructor(name = 'host-1') {
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
  *count(_context: RequestContext, { to }: { to: number }): Generator<number> {
    for (let n = 0; n < to; n++) yield n;
  }
  async *slowly(_context: RequestContext, { to }: { to: number }): AsyncGenerator<number> {
    for (let n = 0; n < to; n++) {
      yield n;
      await this.held.promise;
    }
  }
  *breaks(): Generator<number> {
    yield 1;
    throw new ValueError('broken');
  }
  cycle(): unknown {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    return cycle;
  }
  fail(_context: RequestContext, { message }: { message: string }): never {
    throw new KeyError(message);
  }
  record(_context: RequestContext, { value }: { value: unknown }): void {
    this.heard.push(value);
    this.#events.emit('heard');
  }
  async seen(count: number): Promise<void> {
    const signal = AbortSignal.timeout(deadlineMs);
    while (this.heard.length < count) await once(this.#events, 'heard', { signal });
  }
}

/** A bus and a manager that serves the topic `compute`, shared and by fanout, as services of those days did. */
export async function served(
  bus: Bus,
  options: LegacyOptions & { manager?: Manager } = {},
): Promise<{ manager: Manager } & AsyncDisposable> {
  const { manager = new Manager(), ...rest } = options;
  const own = await connectLegacy(bus.url, { name: 'server', ...rest });
  const connection = await createConnection(own);
  await connection.createConsumer('compute', manager);
  await connection.createConsumer(`compute.${manager.name}`, manager);
  await connection.createConsumer('compute', manager, { fanout: true });
  await connection.consume();
  return {
    manager,
    async [Symbol.asyncDispose]() {
      manager.held.resolve(); // what runs is waited for
      await cleanup(own);
    },
  };
}

/** A bus that calls from, and does not wait long. */
export const client = (bus: Bus, options: LegacyOptions = {}): Promise<LegacyBus> =>
  connectLegacy(bus.url, { name: 'client', responseTimeoutMs: deadlineMs, ...options });

/** All results of a multicall. */
export async function all(results: AsyncIterable<unknown>): Promise<unknown[]> {
  return Array.fromAsync(results);
}
