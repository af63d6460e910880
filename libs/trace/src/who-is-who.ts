import { BoundedMap } from './bounded-map.ts';
import type { BusStateEvent } from './bus-event.ts';

/** What is known of a connection, also after it ended. */
export interface Peer {
  readonly connection: string;
  /** `connection_name`: `program:pid:uuid` of oslo.messaging's and of this house's. */
  readonly program?: string;
  readonly user?: string;
  /** When the broker was first seen without it. */
  readonly gone_at_ms?: number;
}

/** Learns over time who is behind the connections and queues of a bus, from what its broker says and from what travels. */
export class WhoIsWho {
  #state: BusStateEvent | undefined;
  readonly #peers = new BoundedMap<string, Peer>(MOST);
  /** Connections of a process: `program:pid` and where it connects from. */
  readonly #processes = new BoundedMap<string, ReadonlySet<string>>(MOST);
  /** Queues that a process has consumed. */
  readonly #queues = new BoundedMap<string, Set<string>>(MOST);
  /** Connections that named a reply queue as theirs. */
  readonly #callers = new BoundedMap<string, string>(MOST);
  readonly #idleSince = new BoundedMap<string, number>(MOST);
  /** Queues that the broker once had and then had not. */
  readonly #goneAt = new BoundedMap<string, number>(MOST);
  #consumers: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #depths: ReadonlyMap<string, number> = new Map();
  /** What was concluded from what is known; void with the next thing learned. */
  readonly #conclusions = new Map<string, Map<string, unknown>>();

  get state(): BusStateEvent | undefined {
    return this.#state;
  }

  learnState(state: BusStateEvent): void {
    this.#conclusions.clear();
    this.#learnConnections(state);
    this.#consumers = this.#learnConsumers(state);
    for (const { name, consumers } of state.queues) {
      if (consumers > 0) this.#idleSince.delete(name);
      else if (this.#idleSince.get(name) === undefined) this.#idleSince.set(name, state.at_ms);
    }
    const depths = new Map(state.queues.map(({ name, ready, unacknowledged }) => [name, ready + unacknowledged]));
    for (const name of this.#depths.keys()) if (!depths.has(name)) this.#goneAt.set(name, state.at_ms);
    this.#depths = depths;
    this.#state = state;
  }

  learnConsumer(queue: string, connection: string): void {
    const process = this.#processOf(connection);
    const queues = this.#queues.get(process);
    if (queues?.has(queue)) return;
    this.#conclusions.clear();
    if (queues === undefined) this.#queues.set(process, new Set([queue]));
    else if (queues.size < MOST_QUEUES) queues.add(queue);
    else this.#queues.set(process, new Set([...queues].slice(1)).add(queue));
  }

  /** A request that names its reply queue tells whose that is. */
  learnCaller(replyQueue: string, connection: string): void {
    if (this.#callers.get(replyQueue) !== connection) this.#callers.set(replyQueue, connection);
  }

  peer(connection: string): Peer | undefined {
    return this.#peers.get(connection);
  }

  callerOf(replyQueue: string): string | undefined {
    return this.#callers.get(replyQueue) ?? first(this.consumersOf(replyQueue));
  }

  consumersOf(queue: string): ReadonlySet<string> {
    return this.#consumers.get(queue) ?? NOBODY;
  }

  /** Queues that some connection of the same process has consumed. */
  queuesOf(connection: string): ReadonlySet<string> {
    return this.#queues.get(this.#processOf(connection)) ?? NOBODY;
  }

  /** Since when the broker was seen with this queue and nobody consuming it. */
  idleSince(queue: string): number | undefined {
    return this.#idleSince.get(queue);
  }

  /** Messages in a queue when the broker was last asked; undefined where there was no such queue. */
  depthOf(queue: string): number | undefined {
    return this.#depths.get(queue);
  }

  /** When the broker was last seen without a queue that it had had before. What was in it then is not in one of the same name. */
  queueGoneAt(queue: string): number | undefined {
    return this.#goneAt.get(queue);
  }

  areSameProcess(one: string, other: string): boolean {
    return one === other || this.#processOf(one) === this.#processOf(other);
  }

  /** When the broker was first seen without any connection of that one's process. */
  processGoneAt(connection: string): number | undefined {
    let latest: number | undefined;
    for (const name of this.#processes.get(this.#processOf(connection)) ?? [connection]) {
      const gone = this.#peers.get(name)?.gone_at_ms;
      if (gone === undefined) return undefined;
      latest = Math.max(latest ?? gone, gone);
    }
    return latest;
  }

  /** A conclusion about somebody, drawn again only after something was learned. One `what` has always one type. */
  concluded<T>(what: string, of: string, draw: () => T): T {
    const known = this.#conclusions.get(what) ?? new Map<string, unknown>();
    if (known.has(of)) return known.get(of) as T; // put there by `draw`, below
    const drawn = draw();
    this.#conclusions.set(what, known.set(of, drawn));
    return drawn;
  }

  #learnConnections(state: BusStateEvent): void {
    const now = new Set(state.connections.map(({ name }) => name));
    for (const { name } of this.#state?.connections ?? []) {
      const peer = this.#peers.get(name);
      if (!now.has(name) && peer !== undefined) this.#peers.set(name, { ...peer, gone_at_ms: state.at_ms });
    }
    for (const { name, program, user } of state.connections) {
      const known = this.#peers.get(name);
      if (known !== undefined && known.gone_at_ms === undefined && known.program === program) continue;
      const learned = this.#queues.get(this.#processOf(name));
      const named = program === undefined ? {} : { program };
      this.#peers.set(name, { connection: name, ...named, ...(user !== undefined && { user }) });
      const process = this.#processOf(name);
      this.#processes.set(process, new Set([...(this.#processes.get(process) ?? []), name].slice(-MOST_CONNECTIONS)));
      for (const queue of learned ?? []) this.learnConsumer(queue, name);
    }
  }

  #learnConsumers({ consumers }: BusStateEvent): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>();
    for (const { queue, connection } of consumers) {
      if (connection === undefined) continue;
      const known = found.get(queue);
      if (known === undefined) found.set(queue, new Set([connection]));
      else known.add(connection);
      this.learnConsumer(queue, connection);
    }
    return found;
  }

  /** The connections of one process have names of their own, alike up to the process number. */
  #processOf(connection: string): string {
    const named = PROGRAM_NAME.exec(this.#peers.get(connection)?.program ?? '');
    if (named === null) return connection;
    const address = ADDRESS_PAIR.exec(connection)?.[1] ?? '';
    return `${named[1]}:${named[2]}@${address}`;
  }
}

/** `program:pid:uuid` */
const PROGRAM_NAME = /^(.+):(\d+):[^:]+$/;
/** `10.0.0.1:5000 -> 10.0.0.9:5672` */
const ADDRESS_PAIR = /^(.*):\d+ -> /;
const NOBODY: ReadonlySet<string> = new Set();
const MOST = 20_000;
const MOST_QUEUES = 20_000;
const MOST_CONNECTIONS = 64;

function first<T>(values: ReadonlySet<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
