import type { BusModel } from './bus-model.ts';
import type { RouteAnswer } from './topology.ts';

/** What of the picture a message would touch. */
export interface Path {
  readonly exchange: string;
  /** Names of the queues it would be put in. */
  readonly queues: ReadonlySet<string>;
  /** Ids of the folds that hold them. */
  readonly folds: ReadonlySet<string>;
  /** Exchanges on the way. */
  readonly exchanges: ReadonlySet<string>;
}

/** The part of the picture that an answer is about. */
export function pathOf({ bindings, queues: all }: BusModel, { exchange, queues }: RouteAnswer): Path {
  const names = new Set(queues.map(({ name }) => name));
  const folds = new Set(all.filter((fold) => fold.queues.some(({ name }) => names.has(name))).map(({ id }) => id));
  return { exchange, queues: names, folds, exchanges: exchangesOnTheWay(bindings, exchange, names.size > 0) };
}

function exchangesOnTheWay(bindings: BusModel['bindings'], first: string, isRouted: boolean): ReadonlySet<string> {
  const seen = new Set([first]);
  if (!isRouted) return seen;
  for (const exchange of seen) {
    for (const { to } of bindings.filter((one) => one.exchange === exchange && one.isToExchange)) seen.add(to);
  }
  return seen;
}
