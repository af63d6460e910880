import { type Instance, instanceUuid, isUuid } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { notFound } from '../http/errors.ts';
import type { ApiRequest } from '../http/operation.ts';

/**
 * The server that a path names, if it is the caller's to see.
 * @throws {HttpError} 404
 */
export async function findServer(store: Store, { params, caller }: ApiRequest<unknown, unknown>): Promise<Instance> {
  const id = params['id'] ?? '';
  const instance = isUuid(id) ? await store.instances.get(instanceUuid(id)) : undefined;
  const { project_id, is_admin } = caller.context;
  if (instance === undefined || !(is_admin || instance.project_id === project_id)) throw serverNotFound(id);
  return instance;
}

export const serverNotFound = (id: string) => notFound(`Instance ${id} could not be found.`);
