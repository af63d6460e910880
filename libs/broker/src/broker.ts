import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import { AmqpError } from './codec/amqp-error.ts';
import { Connection, type ConnectionHost } from './connection/connection.ts';
import { DirectReplies } from './connection/direct-replies.ts';
import type { Tuning } from './connection/handshake-arguments.ts';
import { Outbox } from './connection/outbox.ts';
import type { BrokerEvent } from './events.ts';
import { type Inspection, inspectVhost } from './inspection.ts';
import type { ManagedBroker } from './management/answer.ts';
import { type ManagementServer, startManagement } from './management/management-server.ts';
import { Deadlines } from './vhost/deadlines.ts';
import { VirtualHost } from './vhost/virtual-host.ts';

export interface BrokerOptions {
  /** The address to listen on; by default only this machine can connect. */
  readonly host?: string;
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Passwords by user; by default `guest` with `guest`. */
  readonly users?: Readonly<Record<string, string>>;
  /** `any`, the default: a virtual host is made when the first client asks for it. Else only those listed exist. */
  readonly vhosts?: 'any' | readonly string[];
  readonly log?: (event: BrokerEvent) => void;
  /** Proposed to clients; 0 switches heartbeats off. Default 60, as RabbitMQ's. */
  readonly heartbeatSeconds?: number;
  /** Largest frame in bytes. Default 131072, as RabbitMQ's. */
  readonly maxFrameSize?: number;
  /** Virtual hosts whose firehose is on from the start; true: all. */
  readonly tracing?: boolean | readonly string[];
  /** Serves a part of RabbitMQ's management API on this port of 127.0.0.1; 0 is any free one. Default: it is not served. */
  readonly managementPort?: number;
}

/** Which connections {@link Broker.closeConnections} ends; every condition given must hold. */
export interface ConnectionFilter {
  readonly vhost?: string;
  /** `connection_name` among the client properties, or the address pair that the broker names it by. */
  readonly name?: string;
}

/** A running broker. Disposing of it closes it. */
export interface Broker extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `amqp://user:password@host:port/vhost`, for the first user. */
  url(vhost?: string): string;
  /** `http://user:password@127.0.0.1:port`, for the first user; undefined where no management API is served. */
  readonly managementUrl: string | undefined;
  /** Turns the firehose of a virtual host on or off, as `rabbitmqctl trace_on` does. */
  trace(vhost: string, on: boolean): void;
  inspect(vhost?: string): Inspection;
  /** Ends connections with 320 CONNECTION_FORCED, as an administrator would, and says how many. */
  closeConnections(filter?: ConnectionFilter): number;
  /** Forgets a virtual host with all that is in it; its connections are closed. False when there is none. */
  deleteVhost(name: string): boolean;
  close(): Promise<void>;
}

const channelMax = 2047;
/** How long clients have to take their leave when the broker closes. */
const farewellMs = 500;

/**
 * Starts a broker and resolves when it listens.
 *
 * @throws the listener's error, e.g. EADDRINUSE when `port` is taken
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const host = options.host ?? '127.0.0.1';
  const broker = new TcpBroker(host, options);
  await broker.listen(options.port ?? 0);
  try {
    if (options.managementPort !== undefined) await broker.manage(options.managementPort);
  } catch (error) {
    await broker.close();
    throw error;
  }
  return broker;
}

class TcpBroker implements Broker, ConnectionHost, ManagedBroker {
  readonly host: string;
  readonly nodeName = `novasim@${hostname().split('.')[0] ?? 'localhost'}`;
  readonly users: Readonly<Record<string, string>>;
  readonly tuning: Tuning;
  readonly outbox = new Outbox();
  readonly replies = new DirectReplies();
  readonly #options: BrokerOptions;
  readonly #deadlines = new Deadlines();
  readonly #vhosts = new Map<string, VirtualHost>();
  readonly #connections = new Set<Connection>();
  readonly #server: Server;
  #management: ManagementServer | undefined;
  #port = 0;
  #closed: Promise<void> | undefined;

  constructor(host: string, options: BrokerOptions) {
    this.host = host;
    this.#options = options;
    this.users = options.users ?? { guest: 'guest' };
    this.tuning = {
      channelMax,
      frameMax: options.maxFrameSize ?? 131_072,
      heartbeatSeconds: options.heartbeatSeconds ?? 60,
    };
    const named = options.vhosts === undefined || options.vhosts === 'any' ? [] : options.vhosts;
    for (const name of named) this.#addVhost(name);
    this.#server = createServer((socket) => this.#connections.add(new Connection(socket, this)));
  }

  async listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen({ host: this.host, port }, resolve);
    await promise;
    this.#server.off('error', reject);
    this.#server.on('error', (error) => this.log({ kind: 'connection-error', text: error.message }));
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
    this.log({ kind: 'listening', text: `${this.host}:${this.#port}` });
  }

  async manage(port: number): Promise<void> {
    this.#management = await startManagement(this, port);
  }

  get port(): number {
    return this.#port;
  }

  url(vhost = '/'): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return `amqp://${this.#credentials}@${host}:${this.#port}/${encodeURIComponent(vhost)}`;
  }

  get managementUrl(): string | undefined {
    return this.#management && `http://${this.#credentials}@127.0.0.1:${this.#management.port}`;
  }

  get #credentials(): string {
    const [user = 'guest', password = ''] = Object.entries(this.users)[0] ?? [];
    return `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  }

  get vhostNames(): readonly string[] {
    return [...this.#vhosts.keys()];
  }

  openVhost(name: string): VirtualHost {
    const found = this.#vhosts.get(name);
    if (found !== undefined) return found;
    if ((this.#options.vhosts ?? 'any') !== 'any') throw new AmqpError(530, `vhost ${name} not found`);
    return this.#addVhost(name);
  }

  #addVhost(name: string): VirtualHost {
    const vhost = new VirtualHost(name, this.#deadlines);
    const { tracing = false } = this.#options;
    vhost.isTracing = tracing === true || (tracing !== false && tracing.includes(name));
    this.#vhosts.set(name, vhost);
    return vhost;
  }

  trace(vhost: string, on: boolean): void {
    this.openVhost(vhost).isTracing = on;
  }

  inspect(vhost = '/'): Inspection {
    const sessions = [...this.#connections].flatMap(({ session }) => session ?? []);
    return inspectVhost(
      this.openVhost(vhost),
      sessions.filter((session) => session.vhost.name === vhost),
    );
  }

  closeConnections(filter: ConnectionFilter = {}): number {
    const chosen = [...this.#connections].filter(
      ({ isRunning, name, session }) =>
        isRunning &&
        (filter.vhost === undefined || filter.vhost === session?.vhost.name) &&
        (filter.name === undefined || [name, session?.client.properties['connection_name']].includes(filter.name)),
    );
    for (const connection of chosen) connection.fail(new AmqpError(320, 'Closed via management plugin'));
    return chosen.length;
  }

  closeConnection(name: string): boolean {
    const found = [...this.#connections].find((connection) => connection.isRunning && connection.name === name);
    found?.fail(new AmqpError(320, 'Closed via management plugin'));
    return found !== undefined;
  }

  deleteVhost(name: string): boolean {
    const vhost = this.#vhosts.get(name);
    if (vhost === undefined) return false;
    for (const connection of this.#connections) {
      if (connection.session?.vhost === vhost) connection.fail(new AmqpError(320, `vhost '${name}' is deleted`));
    }
    for (const queue of [...vhost.queues.values()]) vhost.deleteQueue(queue);
    this.#vhosts.delete(name);
    return true;
  }

  log(event: BrokerEvent): void {
    this.#options.log?.(event);
  }

  onClosed(connection: Connection): void {
    this.#connections.delete(connection);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await this.#management?.[Symbol.asyncDispose]();
    for (const connection of this.#connections) {
      if (connection.isRunning)
        connection.fail(new AmqpError(320, "broker forced connection closure with reason 'shutdown'"));
      else connection.destroy();
    }
    const farewell = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, farewellMs);
    await promise;
    clearTimeout(farewell);
    this.#deadlines[Symbol.dispose]();
    this.log({ kind: 'closed', text: `${this.host}:${this.#port}` });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
