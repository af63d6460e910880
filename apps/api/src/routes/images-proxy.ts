import type { Image } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { notFound } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import { novaImageAnswer, novaImagesDetail, novaImagesIndex } from '../schemas/images.ts';
import { canSee } from '../views/image.ts';
import { ComputeLinks } from '../views/links.ts';
import { inSeconds } from '../views/times.ts';

/** `/images` of compute, which stands in for the image service below 2.36; read only. */
export function imageProxyOperations(store: Store): readonly Operation[] {
  const visible = async ({ caller, rawQuery }: ApiRequest<unknown, unknown>) => {
    const name = rawQuery.get('name')?.at(-1);
    return (await store.images.list()).filter(
      (image) => canSee(image, caller.context) && (name === undefined || image.name === name),
    );
  };
  const list = (view: typeof indexView) => async (request: ApiRequest) => {
    const links = new ComputeLinks(request);
    return { status: 200, body: { images: (await visible(request)).map((image) => view(image, links, request)) } };
  };
  return [
    operation({
      method: 'get',
      path: '/images',
      summary: 'List images: ids, names and links (use the image service instead)',
      answers: { 200: novaImagesIndex },
      run: list(indexView),
    }),
    operation({
      method: 'get',
      path: '/images/detail',
      summary: 'List images whole (use the image service instead)',
      answers: { 200: novaImagesDetail },
      run: list(detailView),
    }),
    operation({
      method: 'get',
      path: '/images/{id}',
      summary: 'Show an image (use the image service instead)',
      answers: { 200: novaImageAnswer },
      async run(request) {
        const image = await store.images.get(request.params['id'] ?? '');
        if (image === undefined || !canSee(image, request.caller.context)) throw notFound('Image not found.');
        return { status: 200, body: { image: detailView(image, new ComputeLinks(request), request) } };
      },
    }),
  ];
}

function indexView({ id, name }: Image, links: ComputeLinks, { exchange }: ApiRequest) {
  const alternate = {
    rel: 'alternate',
    type: 'application/vnd.openstack.image',
    href: `${exchange.baseUrl}/image/images/${id}`,
  };
  return { id, name, links: [...links.both('images', id), alternate] };
}

function detailView(image: Image, links: ComputeLinks, request: ApiRequest) {
  return {
    ...indexView(image, links, request),
    minRam: image.min_ram,
    minDisk: image.min_disk,
    metadata: image.properties,
    created: inSeconds(image.created_at),
    updated: inSeconds(image.updated_at),
    status: image.status === 'active' ? 'ACTIVE' : 'SAVING',
    progress: image.status === 'active' ? 100 : 25,
    'OS-EXT-IMG-SIZE:size': image.size,
  };
}
