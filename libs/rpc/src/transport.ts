import { diagnostics } from './diagnostics.ts';
import type { Driver, DriverEvent, DriverState } from './driver.ts';
import type { RabbitOptions } from './options.ts';
import { Replies } from './replies.ts';
import type { Interceptor } from './types.ts';

/** What clients and servers of a transport share. Not for applications. */
export interface Core {
  readonly driver: Driver;
  readonly options: RabbitOptions;
  readonly controlExchange: string;
  readonly responseTimeoutMs: number;
  readonly allowedRemoteModules: ReadonlySet<string>;
  readonly interceptors: readonly Interceptor[];
  readonly replies: Replies;
  /** Servers that run; stopped before the transport closes. */
  readonly servers: Set<{ close(): Promise<void> }>;
}

/** Key under which a transport keeps its core; the package does not export it. */
export const core = Symbol('core');

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
    this[core] = { ...parts, replies: new Replies(this, parts.driver), servers: new Set() };
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
   * `blocked` (the broker takes no messages for now) and `unblocked`. Returns what ends it.
   */
  on(event: DriverEvent['event'], listener: (event: TransportEvent) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
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
    await Promise.all([...servers].map((server) => server.close()));
    await replies.close();
    await driver.close();
  }

  #tell(event: DriverEvent): void {
    if (diagnostics.connection.hasSubscribers) diagnostics.connection.publish({ transport: this, ...event });
    for (const listener of this.#listeners.get(event.event) ?? []) listener(event);
  }
}
