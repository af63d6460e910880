import type { BusStateEvent } from './bus-event.ts';

/** A queue that a message with this exchange and routing key would be put in, and by which bindings. */
export interface Routed {
  readonly queue: string;
  /** Binding keys on the way; the queue's own name for the default exchange. */
  readonly via: readonly string[];
}

/**
 * What would happen to a message: the queues it would be put in, by the bindings that the broker told of last. Direct, fanout
 * and topic exchanges, bindings from exchange to exchange followed; empty when it would go nowhere.
 */
export function routeOf(state: BusStateEvent, exchange: string, routing_key: string): readonly Routed[] {
  if (exchange === '') {
    return state.queues.some(({ name }) => name === routing_key) ? [{ queue: routing_key, via: [routing_key] }] : [];
  }
  const found = new Map<string, Set<string>>();
  follow(state, exchange, routing_key, [], new Set(), found);
  return [...found].map(([queue, via]) => ({ queue, via: [...via] }));
}

/** Whether a topic binding takes a routing key: `*` is one word, `#` any number of them. */
export function topicMatches(pattern: string, routing_key: string): boolean {
  return wordsMatch(pattern.split('.'), routing_key.split('.'));
}

function follow(
  state: BusStateEvent,
  exchange: string,
  key: string,
  via: readonly string[],
  visited: Set<string>,
  found: Map<string, Set<string>>,
): void {
  if (visited.has(exchange)) return;
  visited.add(exchange);
  const type = state.exchanges.find(({ name }) => name === exchange)?.type ?? 'topic';
  for (const binding of state.bindings) {
    if (binding.exchange !== exchange || !takes(type, binding.routing_key, key)) continue;
    const path = [...via, binding.routing_key];
    if (binding.destination_type === 'exchange') follow(state, binding.destination, key, path, visited, found);
    else found.set(binding.destination, new Set([...(found.get(binding.destination) ?? []), path.join(' → ')]));
  }
}

function takes(type: string, pattern: string, key: string): boolean {
  return type === 'fanout' || (type === 'topic' ? topicMatches(pattern, key) : pattern === key);
}

function wordsMatch(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '#') return words.some((_, at) => wordsMatch(rest, words.slice(at))) || wordsMatch(rest, []);
  return words.length > 0 && (first === '*' || first === words[0]) && wordsMatch(rest, words.slice(1));
}
