import type { Flow } from './flow.ts';

/** One thing to find: a word anywhere, or in one field. */
export interface Term {
  readonly key?: string;
  readonly value: string;
}

/** `boot outcome:failed` is two terms; all must be found. */
export function readQuery(q: string): readonly Term[] {
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const colon = word.indexOf(':');
      return colon > 0 ? { key: word.slice(0, colon), value: word.slice(colon + 1) } : { value: word };
    });
}

export function matches(query: readonly Term[], flow: Flow): boolean {
  return query.every(({ key, value }) => textsOf(flow, key).some((text) => text?.toLowerCase().includes(value)));
}

function textsOf(flow: Flow, key: string | undefined): readonly (string | undefined)[] {
  const fields: Readonly<Record<string, () => readonly (string | undefined)[]>> = {
    request_id: () => [flow.request_id],
    instance: () => flow.instance_uuids,
    method: () => flow.hops.map(({ method }) => method),
    msg_id: () => flow.hops.map(({ msg_id }) => msg_id),
    error: () => [flow.why, ...flow.hops.map(({ error }) => error)],
    service: () => flow.services,
    outcome: () => [flow.outcome, ...flow.hops.map(({ outcome }) => outcome)],
    operation: () => [flow.operation],
    title: () => [flow.title],
  };
  if (key !== undefined) return fields[key]?.() ?? [];
  return Object.values(fields).flatMap((read) => read());
}
