import type { Flavor } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import type { z } from 'zod';
import { badRequest, notFound } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import { extraSpecs, flavorAnswer, flavorsDetail, flavorsIndex, flavorsQuery } from '../schemas/flavors.ts';
import type { ListOptions } from '../tasks/list-servers.ts';
import { flavorDetail, flavorIndex } from '../views/flavor.ts';
import { ComputeLinks } from '../views/links.ts';

type FlavorsQuery = z.infer<typeof flavorsQuery>;

/** `/flavors`, read only (nova/api/openstack/compute/flavors.py). */
export function flavorOperations({ store, maxLimit }: ListOptions & { readonly store: Store }): readonly Operation[] {
  const list = (view: typeof flavorIndex, path: string) => async (request: ApiRequest<FlavorsQuery, undefined>) => {
    const { flavors, isFull } = pageOf(await store.flavors.list(), request, maxLimit);
    const links = new ComputeLinks(request);
    return {
      status: 200,
      body: {
        flavors: flavors.map((flavor) => view(flavor, links)),
        ...links.next(request, 'flavors', isFull, flavors.at(-1)?.flavorid, path),
      },
    };
  };
  return [
    operation({
      method: 'get',
      path: '/flavors',
      summary: 'List flavors: ids, names and links',
      query: flavorsQuery,
      answers: { 200: flavorsIndex },
      run: list(flavorIndex, 'flavors'),
    }),
    operation({
      method: 'get',
      path: '/flavors/detail',
      summary: 'List flavors whole',
      query: flavorsQuery,
      answers: { 200: flavorsDetail },
      run: list(flavorDetail, 'flavors/detail'),
    }),
    operation({
      method: 'get',
      path: '/flavors/{id}',
      summary: 'Show a flavor',
      answers: { 200: flavorAnswer },
      run: async (request) => ({
        status: 200,
        body: { flavor: flavorDetail(await flavorOf(store, request), new ComputeLinks(request)) },
      }),
    }),
    operation({
      method: 'get',
      path: '/flavors/{id}/os-extra_specs',
      summary: 'List the extra specs of a flavor',
      answers: { 200: extraSpecs },
      run: async (request) => ({ status: 200, body: { extra_specs: (await flavorOf(store, request)).extra_specs } }),
    }),
    operation({
      method: 'get',
      path: '/flavors/{id}/os-extra_specs/{key}',
      summary: 'Show one extra spec of a flavor',
      answers: { 200: undefined },
      async run(request) {
        const { flavorid, extra_specs } = await flavorOf(store, request);
        const key = request.params['key'] ?? '';
        if (!Object.hasOwn(extra_specs, key)) throw notFound(`Flavor ${flavorid} has no extra specs with key ${key}.`);
        return { status: 200, body: { [key]: extra_specs[key] } };
      },
    }),
  ];
}

async function flavorOf(store: Store, { params, caller }: ApiRequest): Promise<Flavor> {
  const id = params['id'] ?? '';
  const flavor = await store.flavors.get(id);
  if (flavor === undefined || !(flavor.is_public || caller.context.is_admin)) {
    throw notFound(`Flavor ${id} could not be found.`);
  }
  return flavor;
}

function pageOf(
  all: readonly Flavor[],
  { query, caller }: ApiRequest<FlavorsQuery, undefined>,
  maxLimit: number,
): { flavors: readonly Flavor[]; isFull: boolean } {
  const isPublic = publicFilter(query.is_public, caller.context.is_admin);
  const { sort_key = 'flavorid', sort_dir = 'asc', marker } = query;
  const sign = sort_dir === 'asc' ? 1 : -1;
  const wanted = all
    .filter((flavor) => isPublic === undefined || flavor.is_public === isPublic)
    .filter((flavor) => flavor.memory_mb >= Number(query.minRam ?? 0) && flavor.root_gb >= Number(query.minDisk ?? 0))
    .toSorted((a, b) => sign * compare(sortValue(a, sort_key), sortValue(b, sort_key)));

  const limit = Math.min(query.limit ? Number(query.limit) : maxLimit, maxLimit);
  const after = marker === undefined ? -1 : wanted.findIndex(({ flavorid }) => flavorid === marker);
  if (marker !== undefined && after === -1) throw badRequest(`marker [${marker}] not found`);
  const flavors = wanted.slice(after + 1, after + 1 + limit);
  return { flavors, isFull: limit > 0 && flavors.length === limit };
}

/** Others than administrators see public flavors, whatever they ask for; `None` is the word for both kinds. */
function publicFilter(text: string | undefined, isAdmin: boolean): boolean | undefined {
  if (!isAdmin || text === undefined) return true;
  if (text.toLowerCase() === 'none') return undefined;
  if (/^(1|t|true|on|y|yes)$/i.test(text)) return true;
  if (/^(0|f|false|off|n|no)$/i.test(text)) return false;
  throw badRequest(`Invalid is_public filter [${text}]`);
}

function sortValue(flavor: Flavor, key: NonNullable<FlavorsQuery['sort_key']>): string | number {
  return key === 'id' ? flavor.flavorid : flavor[key];
}

function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
