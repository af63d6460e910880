import { type HostName, instanceUuid, isUuid, type Network, type Port, projectId } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { z } from 'zod';
import { HttpError } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import { listOf, network, port, subnet } from '../schemas/networks.ts';
import { cut, selectResources } from '../tasks/select-resources.ts';
import { networkView, portView, subnetView } from '../views/network.ts';

type Request = ApiRequest<unknown, unknown>;
type Shown = { readonly id: string } & Readonly<Record<string, unknown>>;

/** One kind of thing that neutron lists and shows. */
interface Kind {
  readonly singular: string;
  readonly plural: string;
  /** Neutron's class of error for one that is not there. */
  readonly missing: string;
  readonly schema: z.ZodType;
  /** Attributes by which a list may be filtered. */
  readonly attributes: ReadonlySet<string>;
  /** All that the caller may see. `id` narrows, when just one is asked for. */
  readonly all: (request: Request, id?: string) => Promise<readonly Shown[]>;
}

/** `/v2.0` of the network service, read only. */
export function networkOperations(store: Store): readonly Operation[] {
  return [
    operation({
      method: 'get',
      path: '/v2.0',
      summary: 'List the resources of this API',
      answers: { 200: undefined },
      run: ({ baseUrl }) => ({
        status: 200,
        body: {
          resources: ['networks', 'subnets', 'ports'].map((name) => ({
            links: [{ rel: 'self', href: `${baseUrl}/v2.0/${name}` }],
            name: name.slice(0, -1),
            collection: name,
          })),
        },
      }),
    }),
    ...[networks(store), subnets(store), ports(store)].flatMap(operationsOf),
    operation({
      method: 'get',
      path: '/v2.0/extensions',
      summary: 'List the extensions: none',
      answers: { 200: z.strictObject({ extensions: z.array(z.never()) }) },
      run: () => ({ status: 200, body: { extensions: [] } }),
    }),
    operation({
      method: 'get',
      path: '/v2.0/extensions/{alias}',
      summary: 'Show an extension',
      answers: {},
      run: ({ params }) => missing('ExtensionNotFound', `Extension with alias ${params['alias']} does not exist`),
    }),
  ];
}

function operationsOf({ singular, plural, missing: type, schema, attributes, all }: Kind): readonly Operation[] {
  return [
    operation({
      method: 'get',
      path: `/v2.0/${plural}`,
      summary: `List ${plural}`,
      answers: { 200: listOf(plural, schema) },
      async run(request) {
        const address = `${request.baseUrl}/v2.0/${plural}`;
        const options = { collection: plural, address, known: attributes };
        return { status: 200, body: selectResources(await all(request), request.rawQuery, options) };
      },
    }),
    operation({
      method: 'get',
      path: `/v2.0/${plural}/{id}`,
      summary: `Show a ${singular}`,
      answers: { 200: z.object({ [singular]: schema }) },
      async run(request) {
        const id = request.params['id'] ?? '';
        const found = (await all(request, id)).find((one) => one.id === id);
        if (found === undefined)
          return missing(type, `${singular[0]?.toUpperCase()}${singular.slice(1)} ${id} could not be found.`);
        return { status: 200, body: { [singular]: cut(found, request.rawQuery) } };
      },
    }),
  ];
}

function missing(type: string, message: string): never {
  throw new HttpError(404, message, { type });
}

function visibleNetworks(store: Store, { caller }: Request): Promise<readonly Network[]> {
  const { is_admin, project_id } = caller.context;
  if (is_admin) return store.networks.list();
  return project_id === null ? Promise.resolve([]) : store.networks.list({ project_id: projectId(project_id) });
}

function networks(store: Store): Kind {
  return {
    singular: 'network',
    plural: 'networks',
    missing: 'NetworkNotFound',
    schema: network,
    attributes: new Set([...Object.keys(network.shape), 'description', 'port_security_enabled']),
    all: async (request) =>
      (await visibleNetworks(store, request)).map((one) => networkView(one, request.caller.context.is_admin)),
  };
}

function subnets(store: Store): Kind {
  return {
    singular: 'subnet',
    plural: 'subnets',
    missing: 'SubnetNotFound',
    schema: subnet,
    attributes: new Set([...Object.keys(subnet.shape), 'description', 'enable_dhcp']),
    all: async (request) =>
      (await visibleNetworks(store, request)).flatMap((one) => one.subnets.map((its) => subnetView(its, one))),
  };
}

function ports(store: Store): Kind {
  return {
    singular: 'port',
    plural: 'ports',
    missing: 'PortNotFound',
    schema: port,
    attributes: new Set([
      ...Object.keys(port.shape),
      'description',
      'binding:host_id',
      'security_groups',
      'admin_state_up',
    ]),
    async all(request) {
      const { is_admin, project_id } = request.caller.context;
      // The two filters by which clients look for ports; the rest is done on what these leave.
      const devices = request.rawQuery.get('device_id')?.filter(isUuid).map(instanceUuid);
      const network_id = request.rawQuery.get('network_id')?.at(-1);
      const found = await store.networks.ports({
        ...(devices === undefined ? {} : { device_ids: devices }),
        ...(network_id === undefined ? {} : { network_id }),
      });
      const own = found.filter((one) => is_admin || one.project_id === project_id);
      const hosts = is_admin ? await hostsOf(store, own) : undefined;
      return own.map((one) => portView(one, hosts === undefined ? undefined : (hosts.get(one.device_id) ?? null)));
    },
  };
}

/** Where the instances of ports run. */
async function hostsOf(store: Store, found: readonly Port[]) {
  const uuids = [...new Set(found.map(({ device_id }) => device_id))].map(instanceUuid);
  const hosts = new Map<string, HostName | null>();
  for (let at = 0; at < uuids.length; at += 500) {
    for (const { uuid, host } of await store.instances.list({ uuids: uuids.slice(at, at + 500) }))
      hosts.set(uuid, host);
  }
  return hosts;
}
