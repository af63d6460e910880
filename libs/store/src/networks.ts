import { randomUUID } from 'node:crypto';
import type { InstanceUuid, Network, Port, ProjectId, Subnet, Vif } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import { DuplicateEntry } from './errors.ts';
import { type NewNetwork, planSubnet } from './network-plan.ts';
import { listOf, oneOf } from './one-of.ts';
import { type AllocateAllRequest, type AllocateRequest, addressAt, PortAllocation, portOf } from './port-allocation.ts';
import type { NetworkRow, SubnetRow } from './schema.ts';
import { duplicated, type Session } from './session.ts';
import { Statement } from './statement.ts';
import type { Networks } from './store.ts';

/** As neutron gives on a tunnelled network: 1500 less what VXLAN adds. */
const MTU = 1450;

/** Networks, their subnets, and the ports on them. */
export class NetworkTables implements Networks {
  readonly #session: Session;
  readonly #allocation: PortAllocation;
  readonly #vifs: Statement<{ list: string }, VifRow>;

  constructor(session: Session) {
    const { db, kind } = session;
    this.#session = session;
    this.#allocation = new PortAllocation(session);
    this.#vifs = new Statement((param) =>
      db
        .selectFrom('ports')
        .innerJoin('networks', 'networks.id', 'ports.network_id')
        .select([
          'ports.id',
          'ports.device_id',
          'ports.mac_address',
          'ports.ip_address',
          'ports.network_id',
          'networks.name as label',
        ])
        .where(oneOf(kind, 'ports.device_id', param('list')))
        .orderBy('ports.device_id')
        .orderBy('ports.position'),
    );
  }

  async create(network: NewNetwork): Promise<Network> {
    const plan = planSubnet(network);
    const now = this.#session.timestamp();
    const { name, project_id, shared } = network;
    const row: NetworkRow = {
      id: network.id ?? randomUUID(),
      name,
      project_id,
      shared: shared ? 1 : 0,
      mtu: MTU,
      created_at: now,
      updated_at: now,
    };
    const subnet: SubnetRow = {
      id: randomUUID(),
      network_id: row.id,
      name: `${name}-subnet`,
      project_id,
      ...plan,
      next_offset: plan.first_offset,
    };
    try {
      await this.#session.transaction(async (tx) => {
        await tx.insertInto('networks').values(row).execute();
        await tx.insertInto('subnets').values(subnet).execute();
      });
    } catch (error) {
      if (duplicated(error) === undefined) throw error;
      throw new DuplicateEntry('network', row.id, { cause: error });
    }
    return networkOf(row, [subnetOf(subnet)]);
  }

  async list(filter: { project_id?: ProjectId; name?: string } = {}): Promise<readonly Network[]> {
    let query = this.#session.db.selectFrom('networks').selectAll().orderBy('created_at').orderBy('id');
    const { project_id, name } = filter;
    if (project_id !== undefined) {
      query = query.where((where) => where.or([where('project_id', '=', project_id), where('shared', '=', 1)]));
    }
    if (name !== undefined) query = query.where('name', '=', name);
    return this.#withSubnets(await this.#session.query(query.compile()));
  }

  async get(id: string): Promise<Network | undefined> {
    const query = this.#session.db.selectFrom('networks').selectAll().where('id', '=', id);
    const [network] = await this.#withSubnets(await this.#session.query(query.compile()));
    return network;
  }

  allocate(request: AllocateRequest): Promise<Port> {
    return this.#allocation.allocate(request);
  }

  allocateAll(request: AllocateAllRequest): Promise<readonly Port[]> {
    return this.#allocation.allocateAll(request);
  }

  deallocate(instance: InstanceUuid): Promise<number> {
    return this.#allocation.deallocate(instance);
  }

  async ports(filter: { device_ids?: readonly InstanceUuid[]; network_id?: string } = {}): Promise<readonly Port[]> {
    const { db, kind } = this.#session;
    let query = db.selectFrom('ports').selectAll().orderBy('created_at').orderBy('device_id').orderBy('position');
    if (filter.device_ids !== undefined) query = query.where(oneOf(kind, 'device_id', listOf(filter.device_ids)));
    if (filter.network_id !== undefined) query = query.where('network_id', '=', filter.network_id);
    return (await this.#session.query(query.compile())).map(portOf);
  }

  async vifs(instances: readonly InstanceUuid[]): Promise<ReadonlyMap<InstanceUuid, readonly Vif[]>> {
    if (instances.length === 0) return new Map();
    const rows = await this.#session.rows(this.#vifs, { list: listOf(instances) });
    return new Map([...Map.groupBy(rows, ({ device_id }) => device_id)].map(([uuid, own]) => [uuid, own.map(vifOf)]));
  }

  async #withSubnets(networks: readonly Selectable<NetworkRow>[]): Promise<readonly Network[]> {
    if (networks.length === 0) return [];
    const { db, kind } = this.#session;
    const query = db
      .selectFrom('subnets')
      .selectAll()
      .where(oneOf(kind, 'network_id', listOf(networks.map(({ id }) => id))))
      .orderBy('id');
    const subnets = Map.groupBy(await this.#session.query(query.compile()), ({ network_id }) => network_id);
    return networks.map((network) => networkOf(network, (subnets.get(network.id) ?? []).map(subnetOf)));
  }
}

interface VifRow {
  id: string;
  device_id: InstanceUuid;
  mac_address: string;
  ip_address: string;
  network_id: string;
  label: string;
}

function networkOf(row: Selectable<NetworkRow>, subnets: readonly Subnet[]): Network {
  return { ...row, shared: row.shared === 1, subnets };
}

function subnetOf(row: Selectable<SubnetRow>): Subnet {
  return {
    id: row.id,
    network_id: row.network_id,
    name: row.name,
    project_id: row.project_id,
    cidr: row.cidr,
    gateway_ip: row.gateway_offset === null ? null : addressAt(row.cidr, row.gateway_offset),
    allocation_start: addressAt(row.cidr, row.first_offset),
    allocation_end: addressAt(row.cidr, row.last_offset),
  };
}

function vifOf(row: VifRow): Vif {
  return {
    id: row.id,
    address: row.mac_address,
    network: { id: row.network_id, label: row.label },
    fixed_ips: [{ address: row.ip_address, version: 4 }],
  };
}
