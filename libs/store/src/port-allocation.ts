import { randomBytes, randomUUID } from 'node:crypto';
import type { InstanceUuid, Port, ProjectId } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import { formatAddress, parseAddress, parseCidr } from './cidr.ts';
import { AddressInUse, AddressOutOfRange, InstanceNotBuilding, NetworkNotFound, NoMoreAddresses } from './errors.ts';
import type { NetworkRow, PortRow, SubnetRow } from './schema.ts';
import { changesOf, duplicated, type Executor, firstOf, rowsOf, type Session } from './session.ts';
import { Statement } from './statement.ts';
import type { Networks } from './store.ts';
import { touchBuild } from './touch-build.ts';

/** New MAC addresses tried before a clash is taken for something else: 2^24 exist, so one clash is rare already. */
const MAC_ATTEMPTS = 20;

type SubnetOfNetwork = SubnetRow & Pick<NetworkRow, 'shared'> & { network_name: string; owner: ProjectId };
export type AllocateRequest = Parameters<Networks['allocate']>[0];
export type AllocateAllRequest = Parameters<Networks['allocateAll']>[0];
/** Without a place of its own a port comes behind those that the instance has. */
type PlacedRequest = AllocateRequest & { readonly position: number | null; readonly created_at: string };

/** Gives addresses out and takes them back. */
export class PortAllocation {
  readonly #session: Session;
  readonly #touchBuild: Statement<{ uuid: InstanceUuid; now: string }, unknown>;
  readonly #subnet: Statement<{ network_id: string }, SubnetOfNetwork>;
  readonly #advance: Statement<{ subnet_id: string }, { next_offset: number }>;
  readonly #popFree: Statement<{ subnet_id: string }, { ip_offset: number }>;
  readonly #insertPort: Statement<Omit<PortRow, 'position' | 'status'> & { position: number | null }, PortRow>;
  readonly #keepFree: Statement<{ device_id: InstanceUuid }, unknown>;
  readonly #deletePorts: Statement<{ device_id: InstanceUuid }, unknown>;

  constructor(session: Session) {
    const { db } = session;
    this.#session = session;
    this.#touchBuild = touchBuild(session);
    this.#subnet = new Statement((param) =>
      db
        .selectFrom('subnets')
        .innerJoin('networks', 'networks.id', 'subnets.network_id')
        .selectAll('subnets')
        .select(['networks.name as network_name', 'networks.project_id as owner', 'networks.shared'])
        .where('subnets.network_id', '=', param('network_id'))
        .orderBy('subnets.id')
        .limit(1),
    );
    // Stops two behind the last address, so that the answer tells "gave the last one out" from "had none left".
    this.#advance = new Statement((param) =>
      db
        .updateTable('subnets')
        .set((column) => ({
          next_offset: column
            .case()
            .when('next_offset', '<=', column.ref('last_offset'))
            .then(column('next_offset', '+', 1))
            .else(column('last_offset', '+', 2))
            .end(),
        }))
        .where('id', '=', param('subnet_id'))
        .returning('next_offset'),
    );
    this.#popFree = new Statement((param) =>
      db
        .deleteFrom('free_addresses')
        .where('subnet_id', '=', param('subnet_id'))
        .where('ip_offset', '=', (first) =>
          first
            .selectFrom('free_addresses')
            .select('ip_offset')
            .where('subnet_id', '=', param('subnet_id'))
            .orderBy('ip_offset')
            .limit(1),
        )
        .returning('ip_offset'),
    );
    this.#insertPort = new Statement((param) =>
      db
        .insertInto('ports')
        .values((values) => ({
          id: param('id'),
          network_id: param('network_id'),
          subnet_id: param('subnet_id'),
          project_id: param('project_id'),
          device_id: param('device_id'),
          position: values.fn.coalesce(
            values.val(param('position')),
            values
              .selectFrom('ports')
              .select((column) => column('position', '+', 1).as('next'))
              .where('device_id', '=', param('device_id'))
              .orderBy('position', 'desc')
              .limit(1),
            values.lit(0),
          ),
          mac_address: param('mac_address'),
          ip_address: param('ip_address'),
          ip_offset: param('ip_offset'),
          status: 'ACTIVE',
          created_at: param('created_at'),
        }))
        .onConflict((conflict) => conflict.columns(['subnet_id', 'ip_offset']).doNothing())
        .returningAll(),
    );
    this.#keepFree = new Statement((param) =>
      db
        .insertInto('free_addresses')
        .columns(['subnet_id', 'ip_offset'])
        .expression((from) =>
          from
            .selectFrom('ports')
            .innerJoin('subnets', 'subnets.id', 'ports.subnet_id')
            .select(['ports.subnet_id', 'ports.ip_offset'])
            .where('ports.device_id', '=', param('device_id'))
            .whereRef('ports.ip_offset', '>=', 'subnets.first_offset')
            .whereRef('ports.ip_offset', '<=', 'subnets.last_offset'),
        )
        .onConflict((conflict) => conflict.doNothing()),
    );
    this.#deletePorts = new Statement((param) => db.deleteFrom('ports').where('device_id', '=', param('device_id')));
  }

  allocate(request: AllocateRequest): Promise<Port> {
    return this.#withFreshMacs(async (tx) => {
      await this.#assertBuilding(tx, request.instance_uuid);
      return this.#allocateIn(tx, { ...request, position: null, created_at: this.#session.timestamp() });
    });
  }

  allocateAll({ instance_uuid, project_id, requested }: AllocateAllRequest): Promise<readonly Port[]> {
    // The subnets always in the same order, so that two that ask for the same ones do not wait for each other in a circle.
    const created_at = this.#session.timestamp();
    const placed = requested
      .map((wanted, position) => ({ instance_uuid, project_id, ...wanted, position, created_at }))
      .sort((a, b) => a.network_id.localeCompare(b.network_id));
    return this.#withFreshMacs(async (tx) => {
      await this.#assertBuilding(tx, instance_uuid);
      await this.#free(tx, instance_uuid);
      const ports: Port[] = [];
      for (const request of placed) ports[request.position] = await this.#allocateIn(tx, request);
      return ports;
    });
  }

  async deallocate(instance: InstanceUuid): Promise<number> {
    return this.#session.transaction((tx) => this.#free(tx, instance));
  }

  async #withFreshMacs<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#session.transaction(work);
      } catch (error) {
        const isMacClash = /mac_address/.test(duplicated(error) ?? '');
        if (!isMacClash || attempt >= MAC_ATTEMPTS) throw error;
      }
    }
  }

  async #free(tx: Executor, device_id: InstanceUuid): Promise<number> {
    await rowsOf(tx, this.#keepFree, { device_id });
    return changesOf(tx, this.#deletePorts, { device_id });
  }

  async #assertBuilding(tx: Executor, uuid: InstanceUuid): Promise<void> {
    const builds = await changesOf(tx, this.#touchBuild, { uuid, now: this.#session.timestamp() });
    if (builds === 0) throw new InstanceNotBuilding(uuid);
  }

  async #allocateIn(tx: Executor, request: PlacedRequest): Promise<Port> {
    const { network_id, project_id, fixed_ip } = request;
    const subnet = await firstOf(tx, this.#subnet, { network_id });
    if (subnet === undefined || (subnet.shared === 0 && subnet.owner !== project_id)) {
      throw new NetworkNotFound(network_id, project_id);
    }
    if (fixed_ip === undefined) return this.#allocateNext(tx, request, subnet);
    const port = await this.#insert(tx, request, subnet, wantedOffset(fixed_ip, subnet));
    if (port === undefined) throw new AddressInUse(fixed_ip, network_id);
    return port;
  }

  /** First those never given out, in order; then those given back. What is taken all the same is stepped over. */
  async #allocateNext(tx: Executor, request: PlacedRequest, subnet: SubnetOfNetwork): Promise<Port> {
    for (;;) {
      const advanced = await firstOf(tx, this.#advance, { subnet_id: subnet.id });
      let offset = (advanced?.next_offset ?? Number.POSITIVE_INFINITY) - 1;
      if (offset > subnet.last_offset) {
        const free = await firstOf(tx, this.#popFree, { subnet_id: subnet.id });
        if (free === undefined) throw exhausted(subnet);
        offset = free.ip_offset;
      }
      if (offset === subnet.gateway_offset) continue;
      const port = await this.#insert(tx, request, subnet, offset);
      if (port !== undefined) return port;
    }
  }

  /** Undefined when the address is taken. */
  async #insert(
    tx: Executor,
    request: PlacedRequest,
    subnet: SubnetOfNetwork,
    offset: number,
  ): Promise<Port | undefined> {
    const row = await firstOf(tx, this.#insertPort, {
      id: randomUUID(),
      network_id: subnet.network_id,
      subnet_id: subnet.id,
      project_id: request.project_id,
      device_id: request.instance_uuid,
      position: request.position,
      mac_address: newMac(),
      ip_address: addressAt(subnet.cidr, offset),
      ip_offset: offset,
      created_at: request.created_at,
    });
    return row === undefined ? undefined : portOf(row);
  }
}

function wantedOffset(address: string, subnet: SubnetOfNetwork): number {
  const value = parseAddress(address);
  const range = parseCidr(subnet.cidr);
  if (value === undefined) throw new AddressOutOfRange(address, subnet.cidr, 'it is not an IPv4 address');
  if (range === undefined || value < range.network || value > range.broadcast) {
    throw new AddressOutOfRange(address, subnet.cidr, 'it is not in the subnet');
  }
  const offset = value - range.network;
  if (offset === 0) throw new AddressOutOfRange(address, subnet.cidr, 'it is the address of the network');
  if (value === range.broadcast) throw new AddressOutOfRange(address, subnet.cidr, 'it is the broadcast address');
  if (offset === subnet.gateway_offset) throw new AddressOutOfRange(address, subnet.cidr, 'it is the gateway');
  return offset;
}

function exhausted(subnet: SubnetOfNetwork): NoMoreAddresses {
  return new NoMoreAddresses(
    { id: subnet.network_id, name: subnet.network_name },
    {
      id: subnet.id,
      cidr: subnet.cidr,
      start: addressAt(subnet.cidr, subnet.first_offset),
      end: addressAt(subnet.cidr, subnet.last_offset),
    },
  );
}

export function addressAt(cidr: string, offset: number): string {
  const range = parseCidr(cidr);
  if (range === undefined) throw new Error(`the database holds a subnet with the range "${cidr}"`);
  return formatAddress(range.network + offset);
}

function newMac(): string {
  const [a = 0, b = 0, c = 0] = randomBytes(3);
  return `fa:16:3e:${[a, b, c].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
}

export function portOf({ ip_offset: _, position: __, ...port }: Selectable<PortRow>): Port {
  return port;
}
