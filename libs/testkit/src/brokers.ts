import { type BrokerKind, readBrokerPlan } from './broker-plan.ts';
import type { RabbitmqAddress } from './rabbitmq.ts';
import { askDoor } from './rabbitmq-door.ts';

/** A broker that a suite is run against: `describe.each(await brokersUnderTest())('… on $name', (broker) => …)`. */
export interface BrokerUnderTest {
  readonly kind: BrokerKind;
  /** For people: `embedded`, `RabbitMQ 4.0.5`. */
  readonly name: string;
  /** RabbitMQ's, e.g. `3.10.8`; undefined for the embedded broker. */
  readonly version: string | undefined;
  /** Undefined for the embedded broker, of which each bus has one of its own. */
  readonly address: RabbitmqAddress | undefined;
}

const embedded: BrokerUnderTest = { kind: 'embedded', name: 'embedded', version: undefined, address: undefined };

/**
 * The embedded broker, and RabbitMQ when one can be had: `TRANSPORT_URL`, else Docker, else the machine's own. `NOVASIM_BROKERS` (comma list
 * of embedded, url, docker, local) names them instead; `NOVASIM_REQUIRE=rabbitmq` makes the lack of one an error.
 *
 * @throws when one that must be had cannot be, naming what was tried
 */
export async function brokersUnderTest(): Promise<readonly BrokerUnderTest[]> {
  const plan = readBrokerPlan(process.env);
  const door = process.env['NOVASIM_TESTKIT_DOOR'];
  if (door === undefined && (plan.isRabbitmqRequired || plan.rabbitmqs.includes('url') || plan.wants === 'all')) {
    throw new Error('RabbitMQ is started by the global setup of vitest.config.ts: run the tests from the top folder');
  }
  const addresses = door === undefined || plan.rabbitmqs.length === 0 ? [] : await askDoor(door);
  return [
    ...(plan.isEmbeddedWanted ? [embedded] : []),
    ...addresses.map((address) => ({
      kind: address.kind,
      name: `RabbitMQ ${address.version}`,
      version: address.version,
      address,
    })),
  ];
}
