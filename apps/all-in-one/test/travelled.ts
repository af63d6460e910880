import type { ClassicFlow, ClassicHop, Service } from '@novasim/flows';
import type { Bus, FirehoseRecord } from '@novasim/testkit';
import { type Hop, hopsOfRequest, readHop } from '@novasim/trace';

/** A hop as a flow lists it, without its sentence: what can be compared with what travelled. */
export type ComparableHop = Pick<ClassicHop, 'from' | 'kind' | 'to' | 'method' | 'to_host' | 'state'>;

/** What travelled under a request id, in the words of a flow. Replies are left out, as there. */
export function travelled(
  records: readonly FirehoseRecord[],
  requestId: string,
  connections: ReadonlyMap<string, string>,
): readonly ComparableHop[] {
  const hosts: string[] = [];
  return hopsOfRequest(hopsOf(records), requestId).map((hop) => comparable(hop, connections, hosts));
}

/** The hops that were published, in the order of the broker's telling. */
export function hopsOf(records: readonly FirehoseRecord[]): readonly Hop[] {
  return records
    .filter(({ kind }) => kind === 'publish')
    .map((record) =>
      readHop({
        exchange: record.exchange,
        routing_key: record.routing_key,
        routed_queues: record.routed_queues ?? [],
        body: record.body.toString('utf8'),
        connection: record.connection,
        at_ms: record.at,
      }),
    )
    .filter((hop) => hop !== undefined);
}

/** A flow as it can be compared. */
export function listed(flow: ClassicFlow): readonly ComparableHop[] {
  return flow.hops.map(({ from, kind, to, method, to_host, state }) => ({
    from,
    kind,
    to,
    method,
    ...(to_host !== undefined && { to_host }),
    ...(state !== undefined && { state }),
  })) as readonly ComparableHop[]; // picked field by field from one of the union's own members
}

function comparable(hop: Hop, connections: ReadonlyMap<string, string>, hosts: string[]): ComparableHop {
  const program = connections.get(hop.connection ?? '')?.split(':')[0] ?? `unknown connection ${hop.connection}`;
  const state = stateOf(hop);
  return {
    from: program.replace(/^nova-/, '') as Service, // compared with the list's own, so a wrong one fails the test
    kind: hop.kind,
    to: hop.topic,
    method: hop.method,
    ...(hop.server !== undefined && { to_host: ordinal(hop.server, hosts) }),
    ...(state !== undefined && { state }),
  } as ComparableHop; // likewise
}

/** Hosts are counted in the order in which they come in. */
function ordinal(host: string, hosts: string[]): number {
  if (!hosts.includes(host)) hosts.push(host);
  return hosts.indexOf(host) + 1;
}

function stateOf(hop: Hop): string | undefined {
  if (hop.method !== 'instance_update') return undefined;
  const { vm_state, task_state } = (hop.args?.['updates'] ?? {}) as Record<string, string | null>;
  const [expected] = (hop.args?.['expected_vm_state'] ?? []) as readonly string[];
  const state = vm_state ?? expected;
  return state === undefined ? `${task_state}` : `${state}/${task_state ?? '-'}`;
}

/** Names of connections, once the ones that published are all known: a management API learns of them a little later. */
export async function connectionsOf(
  bus: Bus,
  records: readonly FirehoseRecord[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const known = await bus.connections();
  return records.every(({ connection }) => known.has(connection)) ? known : undefined;
}
