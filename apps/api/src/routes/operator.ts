import { type ComputeNode, isServiceUp, type ServiceRecord } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { deniedByPolicy, notFound } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import {
  hypervisorAnswer,
  hypervisorStatistics,
  hypervisorsDetail,
  hypervisorsIndex,
  servicesAnswer,
  servicesQuery,
  zonesAnswer,
  zonesDetail,
} from '../schemas/operator.ts';
import { hypervisorDetail, hypervisorIndex, statisticsOf } from '../views/hypervisor.ts';
import { type NumberedService, serviceView } from '../views/service.ts';
import { zoneDetail, zoneIndex } from '../views/zone.ts';

export interface OperatorDeps {
  readonly store: Store;
  readonly serviceDownMs: number;
}

/** What the operator of a cloud looks at: services, hypervisors, zones. */
export function operatorOperations({ store, serviceDownMs }: OperatorDeps): readonly Operation[] {
  const isUp = (service: ServiceRecord) => isServiceUp(service, Date.now(), serviceDownMs);
  /** Every hypervisor with the service that runs it; its number is its place in the order of names. */
  const hypervisors = async (request: ApiRequest<unknown, unknown>, rule: string) => {
    assertAdmin(request, rule);
    const [nodes, services] = await Promise.all([store.hosts.nodes(), numberedServices(store)]);
    const byHost = new Map(services.filter(({ binary }) => binary === 'nova-compute').map((one) => [one.host, one]));
    return nodes.toSorted(byName).map((node, index) => ({ node, id: index + 1, service: byHost.get(node.host) }));
  };
  const list = (view: typeof hypervisorIndex, rule: string) => async (request: ApiRequest) => ({
    status: 200,
    body: { hypervisors: (await hypervisors(request, rule)).map((one) => view(one, isUp)) },
  });

  return [
    operation({
      method: 'get',
      path: '/os-services',
      summary: 'List the services of the cloud (administrators)',
      query: servicesQuery,
      answers: { 200: servicesAnswer },
      async run(request) {
        assertAdmin(request, 'os_compute_api:os-services:list');
        const { binary, host } = request.query;
        const services = (await numberedServices(store)).filter(
          (service) => (binary ?? service.binary) === service.binary && (host ?? service.host) === service.host,
        );
        return {
          status: 200,
          body: { services: services.map((one) => serviceView(one, isUp(one), request.microversion)) },
        };
      },
    }),
    operation({
      method: 'get',
      path: '/os-hypervisors',
      summary: 'List hypervisors (administrators)',
      answers: { 200: hypervisorsIndex },
      run: list(hypervisorIndex, 'os_compute_api:os-hypervisors:list'),
    }),
    operation({
      method: 'get',
      path: '/os-hypervisors/detail',
      summary: 'List hypervisors whole (administrators)',
      answers: { 200: hypervisorsDetail },
      run: list(hypervisorDetail, 'os_compute_api:os-hypervisors:list-detail'),
    }),
    operation({
      method: 'get',
      path: '/os-hypervisors/statistics',
      summary: 'Sum of all hypervisors that are enabled (administrators)',
      answers: { 200: hypervisorStatistics },
      run: async (request) => ({
        status: 200,
        body: {
          hypervisor_statistics: statisticsOf(
            (await hypervisors(request, 'os_compute_api:os-hypervisors:statistics')).filter(
              ({ service }) => service?.disabled !== true,
            ),
          ),
        },
      }),
    }),
    operation({
      method: 'get',
      path: '/os-hypervisors/{id}',
      summary: 'Show a hypervisor (administrators)',
      answers: { 200: hypervisorAnswer },
      async run(request) {
        const id = request.params['id'] ?? '';
        const all = await hypervisors(request, 'os_compute_api:os-hypervisors:show');
        const found = all.find((one) => String(one.id) === id);
        if (found === undefined) throw notFound(`Hypervisor with ID '${id}' could not be found.`);
        return { status: 200, body: { hypervisor: hypervisorDetail(found, isUp) } };
      },
    }),
    operation({
      method: 'get',
      path: '/os-availability-zone',
      summary: 'List availability zones',
      answers: { 200: zonesAnswer },
      run: async () => ({
        status: 200,
        body: { availabilityZoneInfo: zoneIndex(await store.hosts.services({ binary: 'nova-compute' }), isUp) },
      }),
    }),
    operation({
      method: 'get',
      path: '/os-availability-zone/detail',
      summary: 'List availability zones with their hosts (administrators)',
      answers: { 200: zonesDetail },
      async run(request) {
        assertAdmin(request, 'os_compute_api:os-availability-zone:detail');
        return { status: 200, body: { availabilityZoneInfo: zoneDetail(await store.hosts.services(), isUp) } };
      },
    }),
  ];
}

async function numberedServices(store: Store): Promise<readonly NumberedService[]> {
  const services = await store.hosts.services();
  return services
    .toSorted((a, b) => compare(orderOf(a), orderOf(b)))
    .map((service, index) => ({ ...service, id: index + 1 }));
}

const orderOf = ({ created_at, binary, host }: ServiceRecord) => `${created_at} ${binary} ${host}`;

function assertAdmin({ caller }: ApiRequest<unknown, unknown>, rule: string): void {
  if (!caller.context.is_admin) throw deniedByPolicy(rule);
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
const byName = (a: ComputeNode, b: ComputeNode) => compare(a.hypervisor_hostname, b.hypervisor_hostname);
