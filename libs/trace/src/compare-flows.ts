import type { Flow, FlowHop } from './flow.ts';
import { type Aligned, longestCommon } from './longest-common.ts';

/** Two flows side by side. Replies are left out: they come with their calls, whose outcomes say how they ended. */
export interface FlowComparison {
  /** In the order in which a reader goes down both. */
  readonly rows: readonly ComparedRow[];
  readonly same: number;
  readonly moved: number;
  readonly only_a: number;
  readonly only_b: number;
  /** The first row where they part, if they do. */
  readonly parts_at?: number;
}

/**
 * - `same`: both have it, in the same place. - `differs`: likewise, but it ended otherwise. - `moved`: both have it, elsewhere
 * in the order; it has two rows. - `only a`, `only b`: the other has nothing like it.
 */
export interface ComparedRow {
  readonly kind: 'same' | 'differs' | 'moved' | 'only a' | 'only b';
  readonly a?: FlowHop;
  readonly b?: FlowHop;
  /** Later in b than in a by this much, both counted from their beginning. */
  readonly later_ms?: number;
}

/** What is the same, what moved, what only one has, of the first {@link MOST} requests of each: a boot that failed beside one that did not. */
export function compareFlows(a: Flow, b: Flow): FlowComparison {
  const rows = markMoved(longestCommon(requestsOf(a), requestsOf(b), sameness)).map(compared);
  const count = (kind: ComparedRow['kind']) => rows.filter((row) => row.kind === kind).length;
  const parts_at = rows.findIndex(({ kind }) => kind !== 'same');
  return {
    rows,
    same: count('same'),
    moved: count('moved') / 2,
    only_a: count('only a'),
    only_b: count('only b'),
    ...(parts_at !== -1 && { parts_at }),
  };
}

/** What makes two hops the same step: who asks what service for what. Hosts may differ, that is what is compared. */
export function sameness({ kind, from, to, method, about }: FlowHop): string {
  return [kind, service(from), service(to), method ?? '', about ?? ''].join(' ');
}

function requestsOf({ hops }: Flow): readonly FlowHop[] {
  return hops.filter(({ kind }) => kind === 'call' || kind === 'cast' || kind === 'fanout').slice(0, MOST);
}

/** Comparing takes time and memory by the product of both lengths. */
const MOST = 2_000;

function service(lane: string): string {
  return lane.split('.')[0] ?? lane;
}

type Row = Aligned<FlowHop> & { readonly isMoved?: boolean };

/** What only one has here and only the other has there has moved. Each row of the pair names both. */
function markMoved(rows: readonly Aligned<FlowHop>[]): readonly Row[] {
  const found: Row[] = [...rows];
  for (const [at, { a, b }] of rows.entries()) {
    if (a === undefined || b !== undefined || found[at]?.b !== undefined) continue;
    const there = found.findIndex(
      (row) => row.a === undefined && row.b !== undefined && sameness(row.b) === sameness(a),
    );
    const other = found[there]?.b;
    if (other === undefined) continue;
    found[at] = { a, b: other, isMoved: true };
    found[there] = { a, b: other, isMoved: true };
  }
  return found;
}

function compared({ a, b, isMoved = false }: Row): ComparedRow {
  if (a === undefined || b === undefined) {
    return a === undefined ? { kind: 'only b', ...(b !== undefined && { b }) } : { kind: 'only a', a };
  }
  const later_ms = Math.round((b.t_ms - a.t_ms) * 10) / 10;
  const kind = isMoved ? 'moved' : a.outcome === b.outcome && a.error === b.error ? 'same' : 'differs';
  return { kind, a, b, later_ms };
}
