import { type BusStateEvent, routeOf } from '@novasim/trace';

/** What would happen to a message, by what the broker said last. */
export interface RouteView {
  readonly exchange: string;
  readonly routing_key: string;
  /** Undefined where there is no such exchange. */
  readonly exchange_type?: string;
  readonly queues: readonly RouteQueue[];
  /** What happens, in a sentence. */
  readonly verdict: string;
}

export interface RouteQueue {
  readonly name: string;
  /** Binding keys on the way, of each way there is. */
  readonly via: readonly string[];
  readonly ready: number;
  readonly consumers: number;
}

/** Follows a message through the bindings. Headers exchanges are not followed: they ask for headers, not for keys. */
export function routeViewOf(state: BusStateEvent, exchange: string, routing_key: string): RouteView {
  const exchange_type = state.exchanges.find(({ name }) => name === exchange)?.type;
  const known = new Map(state.queues.map((queue) => [queue.name, queue]));
  const isFollowed = exchange_type !== undefined && exchange_type !== 'headers';
  const queues = (isFollowed ? routeOf(state, exchange, routing_key) : []).map(({ queue: name, via }) => {
    const { ready = 0, consumers = 0 } = known.get(name) ?? {};
    return { name, via, ready, consumers };
  });
  const verdict = verdictOf(exchange_type, exchange, routing_key, queues);
  return { exchange, routing_key, ...(exchange_type !== undefined && { exchange_type }), queues, verdict };
}

function verdictOf(type: string | undefined, exchange: string, key: string, queues: readonly RouteQueue[]): string {
  const name = exchange === '' ? 'the default exchange' : `the exchange ${exchange}`;
  if (type === undefined) return `There is no exchange ${exchange}: the broker closes the sender's channel with 404.`;
  if (type === 'headers')
    return `${capital(name)} goes by headers: which queues get it cannot be told from a routing key.`;
  const [first, ...others] = queues;
  if (first === undefined) {
    const what = key === '' ? 'the empty routing key' : key;
    return `No binding of ${name} fits ${what}: the message is dropped, unless its sender asked to have it back.`;
  }
  if (others.length > 0) {
    const unread = queues.filter(({ consumers }) => consumers === 0).map((queue) => queue.name);
    return `A copy goes to each of ${queues.length} queues${unread.length === 0 ? '' : `; nobody consumes from ${unread.join(', ')}`}.`;
  }
  if (first.consumers === 0) return `It waits in ${first.name}, which nobody consumes from.`;
  const taker = first.consumers === 1 ? 'its one consumer takes' : `one of its ${first.consumers} consumers takes`;
  return `It goes to ${first.name}, where ${taker} it.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
