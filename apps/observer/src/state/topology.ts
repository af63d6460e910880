import type { BusStateEvent } from '@novasim/trace';
import { type DeadEnd, deadEndsOf } from './dead-ends.ts';
import type { Rates } from './rates.ts';

/** The bus as it stands: what is declared, how full it is, how fast it runs, and where messages would be lost or wait. */
export interface TopologyView {
  /** When the broker said so; 0 when it has not said anything yet. */
  readonly at_ms: number;
  readonly exchanges: readonly {
    readonly name: string;
    readonly type: string;
    /** Messages a second over the last five. */
    readonly publish_rate: number;
    readonly bindings: number;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly ready: number;
    readonly unacknowledged: number;
    readonly consumers: number;
    readonly deliver_rate: number;
  }[];
  readonly bindings: BusStateEvent['bindings'];
  readonly consumers: readonly {
    readonly queue: string;
    readonly connection?: string;
    readonly program?: string;
    readonly tag?: string;
  }[];
  readonly connections: BusStateEvent['connections'];
  readonly dead_ends: readonly DeadEnd[];
}

const NOTHING: TopologyView = {
  at_ms: 0,
  exchanges: [],
  queues: [],
  bindings: [],
  consumers: [],
  connections: [],
  dead_ends: [],
};

export function topologyOf(state: BusStateEvent | undefined, rates: Rates, nowMs: number): TopologyView {
  if (state === undefined) return NOTHING;
  const { at_ms, exchanges, queues, bindings, consumers, connections } = state;
  const programs = new Map(connections.map(({ name, program }) => [name, program]));
  const bindingCounts = new Map<string, number>();
  for (const { exchange } of bindings) bindingCounts.set(exchange, (bindingCounts.get(exchange) ?? 0) + 1);
  return {
    at_ms,
    exchanges: exchanges.map(({ name, type }) => ({
      name,
      type,
      publish_rate: rates.published(name, nowMs),
      bindings: bindingCounts.get(name) ?? 0,
    })),
    queues: queues.map((queue) => ({ ...queue, deliver_rate: rates.delivered(queue.name, nowMs) })),
    bindings,
    consumers: consumers.map((consumer) => {
      const program = programs.get(consumer.connection ?? '');
      return { ...consumer, ...(program !== undefined && { program }) };
    }),
    connections,
    dead_ends: deadEndsOf(state),
  };
}
