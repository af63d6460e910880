import {
  hostName,
  type Instance,
  instanceUuid,
  isUuid,
  projectId,
  statesOf,
  statusOf,
  type VmState,
} from '@novasim/cloud';
import { type InstanceFilter, type InstanceSortKey, MarkerNotFound, type Store } from '@novasim/store';
import { badRequest, deniedByPolicy } from '../http/errors.ts';
import type { ApiRequest } from '../http/operation.ts';
import { repr } from '../http/python-text.ts';
import { type ServersQuery, SORT_KEYS } from '../schemas/servers.ts';

export interface ListOptions {
  /** Most items of one answer, whatever is asked for. */
  readonly maxLimit: number;
}

export interface ServerPage {
  readonly instances: readonly Instance[];
  /** As long as it may be: there may be more behind `lastId`. */
  readonly isFull: boolean;
  readonly lastId: string | undefined;
}

/**
 * The servers that a list's query asks for and its caller may see.
 * @throws {HttpError} 400 for an unknown marker or sort key, 403 for all_tenants without the right.
 */
export async function listServers(
  store: Store,
  { query, rawQuery, caller }: ApiRequest<ServersQuery, unknown>,
  { maxLimit }: ListOptions,
): Promise<ServerPage> {
  const statuses = rawQuery.get('status')?.map((status) => status.toUpperCase());
  const filter = filterOf(query, statuses, caller.context);
  const limit = Math.min(query.limit ? Number(query.limit) : maxLimit, maxLimit);
  if (limit === 0 || filter === undefined) return { instances: [], isFull: false, lastId: undefined };
  const { marker } = query;
  if (marker !== undefined && !isUuid(marker)) throw unknownMarker(marker);

  try {
    const found = await store.instances.list(filter, {
      limit,
      ...(marker === undefined ? {} : { marker: instanceUuid(marker) }),
      ...sortOf(rawQuery.get('sort_key') ?? [], rawQuery.get('sort_dir') ?? []),
    });
    // A state shows as several statuses, depending on the task: the last word is the status itself.
    const instances =
      statuses === undefined
        ? found
        : found.filter(({ vm_state, task_state }) => statuses.includes(statusOf(vm_state, task_state)));
    return { instances, isFull: found.length === limit, lastId: found.at(-1)?.uuid };
  } catch (error) {
    if (error instanceof MarkerNotFound) throw unknownMarker(marker ?? '');
    throw error;
  }
}

const unknownMarker = (marker: string) => badRequest(`marker [${marker}] not found`);

/** Undefined: nothing can match. */
function filterOf(
  query: ServersQuery,
  statuses: readonly string[] | undefined,
  { is_admin, project_id }: ApiRequest['caller']['context'],
): InstanceFilter | undefined {
  const allTenants = isTrue(query.all_tenants);
  if (allTenants && !is_admin) throw deniedByPolicy('os_compute_api:servers:detail:get_all_tenants');
  if (project_id === null && !allTenants) return undefined;
  const project = allTenants ? query.project_id : (project_id ?? undefined);
  const vmStates = statuses?.flatMap(statesOf) as VmState[] | undefined; // statesOf answers states only
  if (vmStates?.length === 0) return undefined; // a status that there is not, below 2.38
  return {
    ...(project === undefined ? {} : { project_id: projectId(project) }),
    ...(query.name === undefined ? {} : { name: query.name }),
    ...(vmStates === undefined ? {} : { vm_states: [...new Set(vmStates)] }),
    ...(query.image === undefined ? {} : { image_ref: query.image }),
    ...(query.flavor === undefined ? {} : { flavorid: query.flavor }),
    ...(query.ip === undefined ? {} : { ip: query.ip }),
    ...(query.reservation_id === undefined ? {} : { reservation_id: query.reservation_id }),
    ...(query['changes-since'] === undefined
      ? {}
      : { changes_since: new Date(query['changes-since']).toISOString(), deleted: 'any' as const }),
    // Others than administrators may ask for these too, but are not heard.
    ...(is_admin && query.host !== undefined ? { host: hostName(query.host) } : {}),
    ...(is_admin && isTrue(query.deleted) ? { deleted: 'yes' as const } : {}),
  };
}

function sortOf(keys: readonly string[], dirs: readonly string[]) {
  if (keys.length === 0) return {};
  return {
    sort: keys.map((key, index) => ({
      key: sortKeyOf(key),
      dir: dirs[index] === 'asc' ? ('asc' as const) : ('desc' as const),
    })),
  };
}

function sortKeyOf(key: string): InstanceSortKey {
  const known = SORT_KEYS.find((one) => one === key);
  if (known !== undefined) return known;
  const wanted = `${repr(key)} is not one of ${repr(SORT_KEYS)}`;
  throw badRequest(`Invalid input for query parameters sort_key. Value: ${key}. ${wanted}`);
}

function isTrue(text: string | undefined): boolean {
  // `?all_tenants` alone means yes, as in Nova.
  return text !== undefined && ['', '1', 'true', 't', 'yes', 'y', 'on'].includes(text.toLowerCase());
}
