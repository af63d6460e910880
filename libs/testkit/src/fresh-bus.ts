import { randomBytes } from 'node:crypto';
import { startBroker } from '@novasim/broker';
import type { BrokerKind } from './broker-plan.ts';
import type { BrokerUnderTest } from './brokers.ts';
import { ManagementApi, segment } from './management-api.ts';
import type { RabbitmqAddress } from './rabbitmq.ts';
import { type BusTopology, normalTopology } from './topology.ts';
import { until } from './until.ts';

/** A virtual host of a test's own. Disposing of it drops it with all that is in it. */
export interface Bus extends AsyncDisposable {
  readonly kind: BrokerKind;
  /** RabbitMQ's version; undefined for the embedded broker. */
  readonly version: string | undefined;
  readonly vhost: string;
  /** `amqp://user:password@host:port/vhost` */
  readonly url: string;
  /** `http://user:password@host:port` of the management API. */
  readonly managementUrl: string;
  /** Turns the firehose on or off. */
  trace(on: boolean): Promise<void>;
  topology(): Promise<BusTopology>;
  /** Who is connected: the broker's name of each connection (as the firehose has it) and the `connection_name` it gave itself. */
  connections(): Promise<ReadonlyMap<string, string>>;
  /** Ends connections from the broker's side with 320 CONNECTION_FORCED; all, or those with this `connection_name`. Says how many. */
  closeConnections(filter?: { readonly name?: string }): Promise<number>;
}

/** A virtual host on `broker`; on an embedded broker of its own when none is given. */
export function freshBus(broker?: BrokerUnderTest): Promise<Bus> {
  const vhost = `test-${randomBytes(6).toString('hex')}`;
  const address = broker?.address;
  return address === undefined ? embeddedBus(vhost) : rabbitmqBus(address, vhost);
}

async function embeddedBus(vhost: string): Promise<Bus> {
  const broker = await startBroker({ managementPort: 0 });
  return {
    kind: 'embedded',
    version: undefined,
    vhost,
    url: broker.url(vhost),
    managementUrl: broker.managementUrl ?? '', // it was asked for
    async trace(on) {
      broker.trace(vhost, on);
    },
    async topology() {
      return normalTopology(broker.inspect(vhost));
    },
    async connections() {
      return namesOf(broker.inspect(vhost).connections);
    },
    async closeConnections({ name } = {}) {
      return broker.closeConnections(name === undefined ? { vhost } : { vhost, name });
    },
    [Symbol.asyncDispose]: () => broker.close(),
  };
}

async function rabbitmqBus({ kind, version, url, managementUrl }: RabbitmqAddress, vhost: string): Promise<Bus> {
  const api = new ManagementApi(managementUrl);
  const path = `/vhosts/${segment(vhost)}`;
  const settings = '?disable_stats=true&enable_queue_totals=true';
  await api.ask('PUT', path);
  return {
    kind,
    version,
    vhost,
    url: `${url}/${segment(vhost)}`,
    managementUrl,
    async trace(on) {
      await api.ask('PUT', path, { body: { tracing: on } });
    },
    async topology() {
      const [exchanges, queues, bindings] = await Promise.all([
        api.list(`/exchanges/${segment(vhost)}`),
        api.list(`/queues/${segment(vhost)}${settings}`),
        api.list(`/bindings/${segment(vhost)}`),
      ]);
      return normalTopology({ exchanges, queues, bindings });
    },
    async connections() {
      return namesOf(await api.list(`${path}/connections`));
    },
    async closeConnections(filter = {}) {
      // The list trails behind the connections themselves.
      const names = await until(
        async () => {
          const chosen = (await api.list(`${path}/connections`)).filter((entry) => isChosen(entry, filter.name));
          return chosen.length > 0 && chosen.map((entry) => String(entry['name']));
        },
        { withinMs: 10_000, everyMs: 100, what: `a connection to close on ${vhost}` },
      );
      await Promise.all(names.map((name) => api.ask('DELETE', `/connections/${segment(name)}`, { allows: [404] })));
      return names.length;
    },
    async [Symbol.asyncDispose]() {
      await api.ask('DELETE', path, { allows: [404] });
    },
  };
}

function namesOf(connections: readonly object[]): ReadonlyMap<string, string> {
  const listed = connections as readonly { name: string; client_properties?: { connection_name?: unknown } }[];
  return new Map(listed.map(({ name, client_properties }) => [name, String(client_properties?.connection_name ?? '')]));
}

function isChosen(entry: Readonly<Record<string, unknown>>, name: string | undefined): boolean {
  if (name === undefined) return true;
  const properties = entry['client_properties'];
  return (properties as { connection_name?: unknown } | undefined)?.connection_name === name;
}
