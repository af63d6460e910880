import { badRequest } from './errors.ts';

/** The query of a request: each name with its values, in their order. */
export type Query = ReadonlyMap<string, readonly string[]>;

const EMPTY: Query = new Map();

/** Reads what stands behind the question mark of a URL. */
export function queryOf(url: string): Query {
  const mark = url.indexOf('?');
  if (mark === -1 || mark === url.length - 1) return EMPTY;
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    if (value.includes('\0')) throw badRequest('U+0000 is not allowed in a query');
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

/** The last value of each name, for a schema to check. */
export function lastValues(query: Query): Readonly<Record<string, string>> {
  return Object.fromEntries([...query].map(([name, values]) => [name, values.at(-1) ?? '']));
}

/** The same query with some values set and some (undefined) dropped, as it stands in a link; empty when nothing is left. */
export function queryText(query: Query, changes: Readonly<Record<string, string | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, values] of query) {
    if (!Object.hasOwn(changes, name)) for (const value of values) params.append(name, value);
  }
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) params.append(name, value);
  return params.size === 0 ? '' : `?${params}`;
}
