import { foldQueues, type QueueFold, shortName } from './queue-folds.ts';
import type { BindingState, Topology } from './topology.ts';

/** The bus as it is drawn: what leads where, with what is alike folded. */
export interface BusModel {
  readonly exchanges: readonly ExchangeNode[];
  readonly bindings: readonly BindingNode[];
  readonly queues: readonly QueueFold[];
  readonly consumers: readonly ConsumerNode[];
}

export interface ExchangeNode {
  /** Empty: the default exchange. */
  readonly name: string;
  readonly type: string;
  readonly publish_rate: number;
  readonly why?: string;
}

export interface BindingNode {
  readonly exchange: string;
  /** Id of the fold it leads to, or the name of an exchange. */
  readonly to: string;
  readonly isToExchange: boolean;
  /** The binding key, or what stands for several. */
  readonly label: string;
  /** One of the keys, to ask with. */
  readonly key: string;
  readonly count: number;
}

/** Processes of one program. */
export interface ConsumerNode {
  readonly program: string;
  readonly processes: number;
  /** Ids of the folds it consumes from. */
  readonly from: readonly string[];
}

/** What a client is called that does not say its name. */
const UNNAMED = 'unnamed client';

export function busModel(topology: Topology): BusModel {
  const folds = foldQueues(topology);
  const foldOf = new Map(folds.flatMap(({ id, queues: members }) => members.map(({ name }) => [name, id] as const)));
  const consumers = consumersOf(topology, foldOf);
  const queues = inOrder(folds, consumers);
  const bindings = bindingsOf(topology, queues, foldOf);
  const used = new Set(bindings.flatMap(({ exchange, to, isToExchange }) => [exchange, ...(isToExchange ? [to] : [])]));
  const whys = new Map(
    topology.dead_ends.filter(({ kind }) => kind === 'unbound exchange').map(({ name, why }) => [name, why]),
  );
  const exchanges = topology.exchanges
    // Every broker has some that nobody uses.
    .filter(({ name, publish_rate }) => used.has(name) || publish_rate > 0 || !(name === '' || name.startsWith('amq.')))
    .map(({ name, type, publish_rate }): ExchangeNode => {
      const why = whys.get(name);
      return { name, type, publish_rate, ...(why !== undefined && { why }) };
    })
    .toSorted((a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : 1));
  return { exchanges, bindings, queues, consumers };
}

/** By name, but what many programs share comes last: so its lines cross fewer others. */
function inOrder(folds: readonly QueueFold[], consumers: readonly ConsumerNode[]): readonly QueueFold[] {
  const isShared = ({ id }: QueueFold) => consumers.filter(({ from }) => from.includes(id)).length > 1;
  return [...folds.filter((fold) => !isShared(fold)), ...folds.filter(isShared)];
}

/** Those that are spoken to by key first, then fanouts, the broker's own last. */
function rankOf({ name, type }: ExchangeNode): number {
  if (name === '') return 2;
  return type === 'fanout' ? 1 : 0;
}

/** The default exchange leads to every queue by its name: that is said only of queues to which nothing else leads. */
function bindingsOf(
  { bindings, exchanges }: Topology,
  folds: readonly QueueFold[],
  foldOf: ReadonlyMap<string, string>,
): readonly BindingNode[] {
  const types = new Map(exchanges.map(({ name, type }) => [name, type]));
  const labels = new Map(folds.map(({ id, label }) => [id, label]));
  const isReached = new Set(
    bindings.flatMap(({ exchange, destination }) => (exchange === '' ? [] : [foldOf.get(destination) ?? ''])),
  );
  const shown = bindings.flatMap((binding): readonly (BindingState & { readonly to: string })[] => {
    if (binding.destination_type === 'exchange') return [{ ...binding, to: binding.destination }];
    const to = foldOf.get(binding.destination);
    return to === undefined || (binding.exchange === '' && isReached.has(to)) ? [] : [{ ...binding, to }];
  });
  const alike = Map.groupBy(shown, ({ exchange, destination_type, to }) => `${exchange}\n${destination_type}\n${to}`);
  const places = new Map(folds.map(({ id }, index) => [id, index]));
  const nodes = [...alike.values()].flatMap((group): readonly BindingNode[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { exchange, to, destination_type, routing_key: key } = first;
    const keys = new Set(group.map(({ routing_key }) => routing_key));
    const several = group.every(({ destination, routing_key }) => destination === routing_key)
      ? (labels.get(to) ?? to)
      : `${keys.size} keys`;
    const one = key === '' ? 'the empty key' : shortName(key);
    const label = types.get(exchange) === 'fanout' ? 'every message' : keys.size === 1 ? one : several;
    return [{ exchange, to, isToExchange: destination_type === 'exchange', label, key, count: group.length }];
  });
  return nodes.toSorted((a, b) => (places.get(a.to) ?? places.size) - (places.get(b.to) ?? places.size));
}

function consumersOf({ consumers }: Topology, foldOf: ReadonlyMap<string, string>): readonly ConsumerNode[] {
  const known = consumers.flatMap(({ queue, program, connection = '' }) => {
    const from = foldOf.get(queue);
    return from === undefined ? [] : [{ from, process: program ?? connection, program: nameIn(program) }];
  });
  return [...Map.groupBy(known, ({ program }) => program)]
    .map(([program, its]) => ({
      program,
      processes: new Set(its.map(({ process }) => process)).size,
      from: [...new Set(its.map(({ from }) => from))],
    }))
    .toSorted((a, b) => (a.program < b.program ? -1 : 1));
}

/** oslo.messaging calls a connection `<program>:<pid>:<uuid>`. */
function nameIn(program: string | undefined): string {
  return program?.split(':')[0] || UNNAMED;
}
