import type { Image } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import type { z } from 'zod';
import { badRequest, notFound } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import { queryText } from '../http/query.ts';
import { image, imagesAnswer, imagesQuery } from '../schemas/images.ts';
import type { ListOptions } from '../tasks/list-servers.ts';
import { canSee, imageView } from '../views/image.ts';

type ImagesQuery = z.infer<typeof imagesQuery>;
const SORTABLE = [
  'created_at',
  'updated_at',
  'name',
  'id',
  'size',
  'status',
  'disk_format',
  'container_format',
] as const;
const FILTERS = ['name', 'status', 'visibility', 'owner', 'disk_format', 'container_format'] as const;

/** `/v2` of the image service, read only. */
export function imageOperations({ store, maxLimit }: ListOptions & { readonly store: Store }): readonly Operation[] {
  return [
    operation({
      method: 'get',
      path: '/v2/images',
      summary: 'List images',
      query: imagesQuery,
      answers: { 200: imagesAnswer },
      async run(request) {
        const { images, next } = pageOf(await store.images.list(), request, maxLimit);
        const address = (marker: string | undefined) => `/v2/images${queryText(request.rawQuery, { marker })}`;
        return {
          status: 200,
          body: {
            images: images.map(imageView),
            first: address(undefined),
            ...(next === undefined ? {} : { next: address(next) }),
            schema: '/v2/schemas/images',
          },
        };
      },
    }),
    operation({
      method: 'get',
      path: '/v2/images/{id}',
      summary: 'Show an image',
      answers: { 200: image },
      async run({ params, caller }) {
        const id = params['id'] ?? '';
        const found = await store.images.get(id);
        if (found === undefined || !canSee(found, caller.context)) throw notFound(`No image found with ID ${id}`);
        return { status: 200, body: imageView(found) };
      },
    }),
    operation({
      method: 'get',
      path: '/v2/schemas/image',
      summary: 'The schema of an image',
      answers: { 200: undefined },
      run: () => ({ status: 200, body: { name: 'image', additionalProperties: { type: 'string' }, properties: {} } }),
    }),
    operation({
      method: 'get',
      path: '/v2/schemas/images',
      summary: 'The schema of a list of images',
      answers: { 200: undefined },
      run: () => ({ status: 200, body: { name: 'images', properties: { images: { type: 'array' } } } }),
    }),
  ];
}

function pageOf(
  all: readonly Image[],
  { query, rawQuery, caller }: ApiRequest<ImagesQuery, undefined>,
  maxLimit: number,
): { images: readonly Image[]; next: string | undefined } {
  const order = orderOf(query, rawQuery.get('sort_key'), rawQuery.get('sort_dir'));
  const wanted = all.filter((one) => canSee(one, caller.context) && matches(one, query)).toSorted(order);
  const limit = Math.min(query.limit ? Number(query.limit) : maxLimit, maxLimit);
  const after = query.marker === undefined ? -1 : wanted.findIndex(({ id }) => id === query.marker);
  if (query.marker !== undefined && after === -1) throw badRequest(`Invalid marker: image ${query.marker} not found`);
  const images = wanted.slice(after + 1, after + 1 + limit);
  const isFull = limit > 0 && after + 1 + limit < wanted.length;
  return { images, next: isFull ? images.at(-1)?.id : undefined };
}

function matches(one: Image, query: ImagesQuery): boolean {
  const filters = query as Readonly<Record<string, unknown>>; // the schema lets other filters through
  if (query.id !== undefined && !listOf(query.id).includes(one.id)) return false;
  // The CLI asks for hidden images last, after it has found none: there are none.
  if (/^(true|1|yes)$/i.test(String(filters['os_hidden'] ?? ''))) return false;
  return FILTERS.every((key) => {
    const wanted = filters[key];
    if (wanted === undefined || (key === 'visibility' && wanted === 'all')) return true;
    return listOf(String(wanted)).includes(String(one[key]));
  });
}

const listOf = (text: string) => (text.startsWith('in:') ? text.slice(3).split(',') : [text]);

/** `sort=name:asc,size`, or sort_key and sort_dir in pairs; by default the newest first. */
function orderOf({ sort }: ImagesQuery, keys: readonly string[] = [], dirs: readonly string[] = []) {
  const pairs: readonly (readonly [string, string])[] =
    sort === undefined
      ? keys.map((key, index) => [key, dirs[index] ?? dirs.at(-1) ?? 'desc'])
      : sort.split(',').map((part) => [part.split(':')[0] ?? '', part.split(':')[1] ?? 'desc']);
  const rules = pairs.map(([key, dir]) => {
    const known = SORTABLE.find((one) => one === key);
    if (known === undefined || !(dir === 'asc' || dir === 'desc')) throw badRequest(`Unable to sort by ${key}:${dir}`);
    return { key: known, sign: dir === 'asc' ? 1 : -1 };
  });
  rules.push({ key: 'created_at', sign: -1 }, { key: 'id', sign: -1 });
  return (a: Image, b: Image) => {
    for (const { key, sign } of rules) {
      if (a[key] !== b[key]) return a[key] < b[key] ? -sign : sign;
    }
    return 0;
  };
}
