import { type HostName, type Instance, type InstanceUuid, isServiceUp } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { notFound } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import type { ComputeManager } from '../manager.ts';
import { serverCreate } from '../schemas/server-create.ts';
import {
  serverAnswer,
  serverCreated,
  serverIps,
  serversDetail,
  serversIndex,
  serversQuery,
} from '../schemas/servers.ts';
import { assertUnlocked } from '../tasks/action-refusals.ts';
import { findServer } from '../tasks/find-server.ts';
import { type ListOptions, listServers, type ServerPage } from '../tasks/list-servers.ts';
import { type PlanDeps, planBuild } from '../tasks/plan-build.ts';
import { ComputeLinks } from '../views/links.ts';
import { addressesOf, serverDetail, serverIndex, type Viewer } from '../views/server.ts';

export interface ServerDeps extends PlanDeps, ListOptions {
  readonly store: Store;
  readonly manager: ComputeManager;
}

/** `/servers` (nova/api/openstack/compute/servers.py). */
export function serverOperations(deps: ServerDeps): readonly Operation[] {
  const { store, manager } = deps;
  return [
    operation({
      method: 'post',
      path: '/servers',
      summary: 'Boot one or several servers',
      body: serverCreate,
      answers: { 202: serverCreated },
      async run({ caller, body, ...request }) {
        const hints = body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'];
        const plan = await planBuild(caller.context, body.server, hints, deps);
        const { instances, reservationId, adminPassword } = await manager.boot(caller.context, plan);
        if (body.server.return_reservation_id) return { status: 202, body: { reservation_id: reservationId } };
        const links = new ComputeLinks(request);
        const [first] = instances;
        if (first === undefined) throw new Error('a boot made no instance');
        return {
          status: 202,
          headers: { location: links.self('servers', first.uuid) },
          body: {
            server: {
              id: first.uuid,
              links: links.both('servers', first.uuid),
              'OS-DCF:diskConfig': first.disk_config,
              security_groups: [{ name: 'default' }],
              adminPass: adminPassword,
            },
          },
        };
      },
    }),
    operation({
      method: 'get',
      path: '/servers',
      summary: 'List servers: ids, names and links',
      query: serversQuery,
      answers: { 200: serversIndex },
      async run(request) {
        const page = await listServers(store, request, deps);
        const links = new ComputeLinks(request);
        return {
          status: 200,
          body: {
            servers: page.instances.map((instance) => serverIndex(instance, links)),
            ...nextOf(page, request, links, 'servers'),
          },
        };
      },
    }),
    operation({
      method: 'get',
      path: '/servers/detail',
      summary: 'List servers whole',
      query: serversQuery,
      answers: { 200: serversDetail },
      async run(request) {
        const page = await listServers(store, request, deps);
        const viewer = viewerOf(request);
        return {
          status: 200,
          body: {
            servers: await viewAll(page.instances, viewer, deps),
            ...nextOf(page, request, viewer.links, 'servers/detail'),
          },
        };
      },
    }),
    operation({
      method: 'get',
      path: '/servers/{id}',
      summary: 'Show a server',
      answers: { 200: serverAnswer },
      async run(request) {
        const instance = await findServer(store, request);
        const [server] = await viewAll([instance], viewerOf(request), deps);
        return { status: 200, body: { server } };
      },
    }),
    operation({
      method: 'delete',
      path: '/servers/{id}',
      summary: 'Terminate a server',
      answers: { 204: undefined },
      async run(request) {
        const instance = await findServer(store, request);
        assertUnlocked(request.caller.context, instance);
        await manager.terminate(request.caller.context, instance.uuid);
        return { status: 204 };
      },
    }),
    operation({
      method: 'get',
      path: '/servers/{id}/ips',
      summary: 'List the addresses of a server',
      answers: { 200: serverIps },
      async run(request) {
        const { uuid } = await findServer(store, request);
        return { status: 200, body: { addresses: addressesOf(await vifsOf(store, uuid), () => ({})) } };
      },
    }),
    operation({
      method: 'get',
      path: '/servers/{id}/ips/{network}',
      summary: 'List the addresses of a server in one network',
      answers: { 200: undefined },
      async run(request) {
        const { uuid } = await findServer(store, request);
        const network = request.params['network'] ?? '';
        const addresses = addressesOf(await vifsOf(store, uuid), () => ({}));
        if (!Object.hasOwn(addresses, network)) throw notFound('Instance is not a member of specified network');
        return { status: 200, body: { [network]: addresses[network] } };
      },
    }),
  ];
}

async function vifsOf(store: Store, uuid: InstanceUuid) {
  return (await store.networks.vifs([uuid])).get(uuid) ?? [];
}

/** Shows servers with three queries at most, however many they are. */
async function viewAll(
  instances: readonly Instance[],
  viewer: Viewer,
  { store, serviceDownMs }: Pick<ServerDeps, 'store' | 'serviceDownMs'>,
) {
  if (instances.length === 0) return [];
  const failed = instances.filter(({ vm_state }) => vm_state === 'error' || vm_state === 'deleted');
  const [vifs, faults, statuses] = await Promise.all([
    store.networks.vifs(instances.map(({ uuid }) => uuid)),
    failed.length === 0 ? undefined : store.instances.faults(failed.map(({ uuid }) => uuid)),
    viewer.isAdmin && viewer.microversion >= 16 ? hostStatuses(store, serviceDownMs) : undefined,
  ]);
  return instances.map((instance) =>
    serverDetail(
      {
        instance,
        vifs: vifs.get(instance.uuid) ?? [],
        fault: faults?.get(instance.uuid),
        ...(statuses === undefined ? {} : { hostStatus: hostStatusOf(statuses, instance.host) }),
      },
      viewer,
    ),
  );
}

/** As Nova names them: MAINTENANCE is a disabled host. */
async function hostStatuses(store: Store, serviceDownMs: number): Promise<ReadonlyMap<HostName, string>> {
  const services = await store.hosts.services({ binary: 'nova-compute' });
  const nowMs = Date.now();
  return new Map(
    services.map((service) => {
      const upOrDown = isServiceUp(service, nowMs, serviceDownMs) ? 'UP' : 'DOWN';
      return [service.host, service.disabled ? 'MAINTENANCE' : upOrDown];
    }),
  );
}

function hostStatusOf(statuses: ReadonlyMap<HostName, string>, host: HostName | null): string {
  return host === null ? '' : (statuses.get(host) ?? 'UNKNOWN');
}

function viewerOf(request: ApiRequest<unknown, unknown>): Viewer {
  return {
    links: new ComputeLinks(request),
    isAdmin: request.caller.context.is_admin,
    microversion: request.microversion,
  };
}

function nextOf(
  { isFull, lastId }: ServerPage,
  request: ApiRequest<unknown, unknown>,
  links: ComputeLinks,
  path: string,
) {
  return links.next(request, 'servers', isFull, lastId, path);
}
