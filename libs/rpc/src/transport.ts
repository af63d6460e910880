import type { Compression } from './compression.ts';
import { diagnostics } from './diagnostics.ts';
import type { Driver, DriverEvent, DriverState } from './driver.ts';
import type { RabbitOptions } from './options.ts';
import type { QueueNames } from './queue-names.ts';
import { Replies } from './replies.ts';
import type { Interceptor } from './types.ts';

/** What clients and servers of a transport share. Not for applications. */
export interface Core {
  readonly driver: Driver;
  readonly options: RabbitOptions;
  /** Of what is sent; undefined: none. */
  readonly compression: Compression | undefined;
  readonly controlExchange: string;
  readonly responseTimeoutMs: number;
  readonly allowedRemoteModules: ReadonlySet<string>;
  readonly interceptors: readonly Interceptor[];
  readonly replies: Replies;
  readonly names: QueueNames;
  /** Servers that run; stopped before the transport closes. */
  readonly servers: Set<{ close(): Promise<void> }>;
}

/** Key under which a transport keeps its core; the package does not export it. */
export const core = Symbol('core');

/** How long closing waits for a broker that is away, so that what is running can be answered. */
const longestAbsenceMs = 3_000;

/** Something that happened to a transport's connection. */
export type TransportEvent = Omit<DriverEvent, 'event'>;

/** A place on the bus: the connections to the broker that the clients and servers of a program share. Made by `connect`. */
export class Transport implements AsyncDisposable {
  /** The program's name, as the broker shows it. */
  readonly name: string;
  readonly [core]: Core;
  readonly #listeners = new Map<DriverEvent['event'], Set<(event: TransportEvent) => void>>();
  #closing: Promise<void> | undefined;

  constructor(name: string, parts: Omit<Core, 'replies' | 'servers'>) {
    this.name = name;
    this[core] = { ...parts, replies: new Replies(this, parts.driver, () => parts.names.reply()), servers: new Set() };
    parts.driver.on((event) => this.#tell(event));
  }

  get state(): DriverState {
    return this[core].driver.state;
  }

  /** `host:port` of the broker, while connected. */
  get host(): string | undefined {
    return this[core].driver.host;
  }

  /**
   * Calls `listener` for each such event of either connection: `lost` and `connected`, `retrying` (an attempt failed),
   * `blocked` (the broker takes no messages for now) and `unblocked`, `durable` (the broker refused transient queues: they are
   * declared durable from here on). Returns what ends it.
   */
  on(event: DriverEvent['event'], listener: (event: TransportEvent) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** Breaks the connections to the broker as a failing network would; they come back by themselves. For tests and laboratories. */
  breakConnections(): void {
    this[core].driver.breakConnections();
  }

  /** Stops the servers (their running methods end and reply), rejects waiting calls with TransportClosed, and leaves. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { driver, replies, servers } = this[core];
    const stopped = Promise.all([...servers].map((server) => server.close()));
    // Without a broker no answer can be given: closing the driver ends what waits for one.
    using watch = this.#watchAbsence();
    const settled = stopped.then(() => replies.close());
    await Promise.race([settled, watch.isTooLong]);
    await driver.close();
    await settled;
  }

  /** `isTooLong` resolves once no broker has been there for a while. */
  #watchAbsence(): Disposable & { readonly isTooLong: Promise<void> } {
    const { promise: isTooLong, resolve } = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      if (this.state === 'connected') {
        clearTimeout(timer);
        timer = undefined;
      } else {
        timer ??= setTimeout(resolve, longestAbsenceMs);
      }
    };
    const ends = [this.on('lost', look), this.on('connected', look)];
    look();
    return {
      isTooLong,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        for (const end of ends) end();
      },
    };
  }

  #tell(event: DriverEvent): void {
    if (diagnostics.connection.hasSubscribers) diagnostics.connection.publish({ transport: this, ...event });
    for (const listener of this.#listeners.get(event.event) ?? []) listener(event);
  }
}
