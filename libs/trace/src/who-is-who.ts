import { BoundedMap } from './bounded-map.ts';
import type { BusStateEvent } from './bus-event.ts';

/** What is known of a connection, also after it ended. */
export interface Peer {
  readonly connection: string;
  /** `connection_name`: `program:pid:uuid` of oslo.messaging's and this house's. */
  readonly program?: string;
  readonly user?: string;
  /** When the broker was first seen without it. */
  readonly gone_at_ms?: number;
}

/** Learns over time who is behind the connections and queues of a bus, from what its broker says and from what travels. */
export class WhoIsWho {
  #state: BusStateEvent | undefined;
  readonly #peers = new BoundedMap<string, Peer>(MOST);
  readonly #queuesOf = new BoundedMap<string, ReadonlySet<string>>(MOST);
  readonly #callers = new BoundedMap<string, string>(MOST);
  readonly #idleSince = new BoundedMap<string, number>(MOST);
  #consumersOf: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  get state(): BusStateEvent | undefined {
    return this.#state;
  }

  learnState(state: BusStateEvent): void {
    const before = this.#state;
    const now = new Set(state.connections.map(({ name }) => name));
    for (const { name } of before?.connections ?? []) {
      const peer = this.#peers.get(name);
      if (!now.has(name) && peer !== undefined) this.#peers.set(name, { ...peer, gone_at_ms: state.at_ms });
    }
    for (const { name, program, user } of state.connections) {
      const known = this.#peers.get(name);
      if (known !== undefined && known.gone_at_ms === undefined && known.program === program) continue;
      this.#peers.set(name, {
        connection: name,
        ...(program !== undefined && { program }),
        ...(user !== undefined && { user }),
      });
    }
    const consumers = new Map<string, Set<string>>();
    for (const { queue, connection } of state.consumers) {
      if (connection === undefined) continue;
      const set = consumers.get(queue) ?? new Set();
      consumers.set(queue, set.add(connection));
      this.learnConsumer(queue, connection);
    }
    this.#consumersOf = consumers;
    for (const { name, consumers: count } of state.queues) {
      if (count > 0) this.#idleSince.delete(name);
      else if (this.#idleSince.get(name) === undefined) this.#idleSince.set(name, state.at_ms);
    }
    this.#state = state;
  }

  learnConsumer(queue: string, connection: string): void {
    const process = this.processOf(connection);
    const queues = this.#queuesOf.get(process);
    if (queues?.has(queue)) return;
    this.#queuesOf.set(process, new Set([...(queues ?? []), queue].slice(-MOST_QUEUES)));
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
    return this.#consumersOf.get(queue) ?? NOBODY;
  }

  /** Queues that some connection of the same process has consumed. */
  queuesOf(connection: string): ReadonlySet<string> {
    return this.#queuesOf.get(this.processOf(connection)) ?? NOBODY;
  }

  /** Since when the broker was seen with this queue and nobody consuming it. */
  idleSince(queue: string): number | undefined {
    return this.#idleSince.get(queue);
  }

  /** Connections of one process have a name of their own each, alike up to the process number. */
  processOf(connection: string): string {
    const program = this.#peers.get(connection)?.program;
    const named = program === undefined ? null : /^(.+):(\d+):[^:]+$/.exec(program);
    const from = connection.replace(/:\d+ -> .*$/, '');
    return named === null ? connection : `${named[1]}:${named[2]}@${from === connection ? '' : from}`;
  }
}

const NOBODY: ReadonlySet<string> = new Set();
const MOST = 20_000;
const MOST_QUEUES = 4_000;

function first<T>(values: ReadonlySet<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
