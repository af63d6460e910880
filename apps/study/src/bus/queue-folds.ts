import type { QueueState, Topology } from './topology.ts';

/** Queues that are told as one: those of a topic's servers, the copies of a fanout, the queues for replies. */
export interface QueueFold {
  /** Of the fold in the URL; the queue's own name where it stands alone. */
  readonly id: string;
  /** `compute`, or for several `compute.‹server›`. */
  readonly label: string;
  readonly queues: readonly QueueState[];
  readonly ready: number;
  readonly unacknowledged: number;
  readonly consumers: number;
  readonly deliver_rate: number;
  /** What is wrong with one of them, in a sentence. */
  readonly why?: string;
}

/** So many troubled queues of one family stand alone; more are folded too. */
const MOST_ALONE = 3;

/** Folds queues into families, so that a picture of three hosts and of three hundred is read the same. In the order of their names. */
export function foldQueues({ queues, dead_ends }: Pick<Topology, 'queues' | 'dead_ends'>): readonly QueueFold[] {
  const names = new Set(queues.map(({ name }) => name));
  const whys = new Map(dead_ends.filter(({ kind }) => kind !== 'unbound exchange').map(({ name, why }) => [name, why]));
  const families = Map.groupBy(queues, ({ name }) => familyOf(name, names));
  return [...families]
    .flatMap(([family, members]): readonly QueueFold[] => {
      const troubled = members.filter(({ name }) => whys.has(name));
      const others = members.filter(({ name }) => !whys.has(name));
      if (troubled.length === members.length || troubled.length > MOST_ALONE) {
        return [...foldOf(family, others, whys), ...foldOf(`${family} without consumer`, troubled, whys)];
      }
      return [...foldOf(family, others, whys), ...troubled.flatMap((queue) => foldOf(queue.name, [queue], whys))];
    })
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

function foldOf(
  family: string,
  queues: readonly QueueState[],
  whys: ReadonlyMap<string, string>,
): readonly QueueFold[] {
  const [first] = queues;
  if (first === undefined) return [];
  const name = queues.length === 1 ? first.name : family;
  const [why] = queues.flatMap((queue) => whys.get(queue.name) ?? []);
  const sum = (of: (queue: QueueState) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  return [
    {
      id: name,
      label: shortName(name),
      queues: queues.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
      ready: sum(({ ready }) => ready),
      unacknowledged: sum(({ unacknowledged }) => unacknowledged),
      consumers: sum(({ consumers }) => consumers),
      deliver_rate: sum(({ deliver_rate }) => deliver_rate),
      ...(why !== undefined && { why: queues.length === 1 ? why : `nobody consumes from these ${queues.length}` }),
    },
  ];
}

/** Names as oslo.messaging makes them: `reply_…`, `<topic>_fanout_…`, `<topic>.<server>`. */
function familyOf(name: string, names: ReadonlySet<string>): string {
  if (/^reply_[0-9a-f]{32}$/.test(name)) return 'reply_‹id›';
  const fanout = /^(.+_fanout)_[0-9a-f]{32}$/.exec(name)?.[1];
  if (fanout !== undefined) return `${fanout}_‹id›`;
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const topic = name.slice(0, dot);
    if (names.has(topic)) return `${topic}.‹server›`;
  }
  return name;
}

/** A name whose random id is cut to what tells it from others. */
export function shortName(name: string): string {
  return name.replace(/(?<=_[0-9a-f]{8})[0-9a-f]{24}$/, '…');
}
