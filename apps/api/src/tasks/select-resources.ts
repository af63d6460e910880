import { badRequest, notFound } from '../http/errors.ts';
import { type Query, queryText } from '../http/query.ts';

type Resource = { readonly id: string } & Readonly<Record<string, unknown>>;

/** Names of a query that are no filters. */
const CONTROLS: ReadonlySet<string> = new Set(['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir']);

/**
 * A list as neutron answers it: any attribute is a filter (several values: one of them), `fields` cuts, sort keys and pages.
 * @throws {HttpError} 400 for a filter that is no attribute, 404 for an unknown marker.
 */
export function selectResources(
  all: readonly Resource[],
  query: Query,
  { collection, address, known }: { collection: string; address: string; known: ReadonlySet<string> },
): Readonly<Record<string, unknown>> {
  const filters = [...query].filter(([name]) => !CONTROLS.has(name));
  for (const [name] of filters) {
    if (!known.has(name)) throw badRequest(`['${name}'] is invalid attribute for filtering`);
  }
  const wanted = all.filter((one) =>
    filters.every(([name, values]) => values.some((value) => isSame(one[name], value))),
  );
  const sorted = wanted.toSorted(orderOf(query));

  const limitText = query.get('limit')?.at(-1);
  if (limitText === undefined) return { [collection]: sorted.map((one) => cut(one, query)) };
  if (!/^\d+$/.test(limitText)) throw badRequest(`Limit must be an integer 0 or greater and not '${limitText}'`);
  return pageOf(sorted, query, Number(limitText), { collection, address });
}

function pageOf(
  sorted: readonly Resource[],
  query: Query,
  limit: number,
  { collection, address }: { collection: string; address: string },
): Readonly<Record<string, unknown>> {
  const marker = query.get('marker')?.at(-1);
  const isReverse = isTrue(query.get('page_reverse')?.at(-1));
  const at = marker === undefined ? undefined : sorted.findIndex(({ id }) => id === marker);
  if (at === -1) throw notFound(`${collection.slice(0, -1)} ${marker} could not be found.`);
  const size = limit === 0 ? sorted.length : limit;
  const end = isReverse ? (at ?? sorted.length) : Math.min((at ?? -1) + 1 + size, sorted.length);
  const begin = isReverse ? Math.max(0, end - size) : (at ?? -1) + 1;
  const page = sorted.slice(begin, end);
  const links = [];
  const link = (rel: string, changes: Record<string, string | undefined>) => ({
    rel,
    href: address + queryText(query, changes),
  });
  if (end < sorted.length && page.length > 0) {
    links.push(link('next', { marker: page.at(-1)?.id, page_reverse: undefined }));
  }
  if (page.length > 0 && begin > 0) links.push(link('previous', { marker: page[0]?.id, page_reverse: 'True' }));
  return {
    [collection]: page.map((one) => cut(one, query)),
    ...(links.length === 0 ? {} : { [`${collection}_links`]: links }),
  };
}

/** The fields asked for; one that there is not is simply absent. */
export function cut(one: Resource, query: Query): Readonly<Record<string, unknown>> {
  const fields = query.get('fields');
  if (fields === undefined) return one;
  return Object.fromEntries(fields.filter((field) => Object.hasOwn(one, field)).map((field) => [field, one[field]]));
}

function isSame(value: unknown, text: string): boolean {
  if (typeof value === 'boolean') return value === isTrue(text);
  if (Array.isArray(value)) return value.some((item) => isPart(item, text));
  return String(value ?? '') === text;
}

/** `fixed_ips=ip_address=10.0.0.5`: one part of an item; a plain item by its text. */
function isPart(item: unknown, text: string): boolean {
  if (typeof item !== 'object' || item === null) return String(item) === text;
  const [key = '', ...rest] = text.split('=');
  return Object.hasOwn(item, key) && String((item as Record<string, unknown>)[key]) === rest.join('=');
}

function isTrue(text: string | undefined): boolean {
  return /^(true|1)$/i.test(text ?? '');
}

function orderOf(query: Query) {
  const keys = query.get('sort_key') ?? [];
  const dirs = query.get('sort_dir') ?? [];
  return (a: Resource, b: Resource) => {
    for (const [index, key] of [...keys, 'id'].entries()) {
      const [x, y] = [String(a[key] ?? ''), String(b[key] ?? '')];
      if (x !== y) return (x < y ? -1 : 1) * (dirs[index] === 'desc' ? -1 : 1);
    }
    return 0;
  };
}
