import type { Flow } from './flow.ts';

/** One thing to find, or not to: a word anywhere, or in one field. */
export interface Term {
  readonly key?: string;
  readonly value: string;
  readonly isNegated: boolean;
}

/**
 * `h3 outcome:failed -operation:periodic` is three terms; all must hold. Keys are those of {@link FIELDS}; a word with another
 * key is looked for as it stands, colon and all.
 */
export function readQuery(q: string): readonly Term[] {
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-')
    .map((word) => {
      const isNegated = word.startsWith('-');
      const rest = isNegated ? word.slice(1) : word;
      const colon = rest.indexOf(':');
      const key = rest.slice(0, Math.max(0, colon));
      return Object.hasOwn(FIELDS, key) ? { key, value: rest.slice(colon + 1), isNegated } : { value: rest, isNegated };
    });
}

export function matches(query: readonly Term[], flow: Flow): boolean {
  return query.every(({ key, value, isNegated }) => isFound(flow, key, value) !== isNegated);
}

function isFound(flow: Flow, key: string | undefined, value: string): boolean {
  const fields = key === undefined ? ANYWHERE : [key];
  return fields.some((name) => FIELDS[name]?.(flow).some((text) => text?.toLowerCase().includes(value)));
}

type Texts = readonly (string | undefined)[];

/** Where a word may be found; these are the keys. */
const FIELDS: Readonly<Record<string, (flow: Flow) => Texts>> = {
  request_id: ({ request_id }) => [request_id],
  instance: ({ instance_uuids }) => instance_uuids,
  method: ({ hops }) => hops.map(({ method }) => method),
  msg_id: ({ hops }) => hops.map(({ msg_id }) => msg_id),
  unique_id: ({ hops }) => hops.map(({ unique_id }) => unique_id),
  error: ({ why, hops }) => [why, ...hops.map(({ error }) => error)],
  service: ({ services }) => services,
  host: ({ lanes }) => lanes.map(({ host }) => host),
  lane: ({ lanes }) => lanes.map(({ id }) => id),
  outcome: ({ outcome, hops }) => [outcome, ...hops.map((hop) => hop.outcome)],
  operation: ({ operation }) => [operation],
  title: ({ title }) => [title],
  kind: ({ hops }) => hops.map(({ kind }) => kind),
  queue: ({ hops }) => hops.flatMap(({ queues }) => queues),
  state: ({ marks }) => marks.filter(({ kind }) => kind === 'state').map(({ text }) => text),
};

const ANYWHERE: readonly string[] = Object.keys(FIELDS).filter((key) => key !== 'kind');
