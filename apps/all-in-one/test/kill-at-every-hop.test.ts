import {
  bootClassic,
  bootRescheduleExhaustedClassic,
  type Flow,
  type Service,
  stopClassic,
  terminateClassic,
} from '@novasim/flows';
import { openStore, type Store } from '@novasim/store';
import { type Bus, type Firehose, freshBus, freshDatabase, tapFirehose, until } from '@novasim/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../src/cloud.ts';
import { DemoClient, type ShownServer } from './demo-client.ts';
import { type Moment, momentsOf, whenItComes } from './moments.ts';

/** Short enough for a test, long enough that nothing but a killed service makes anybody wait. */
const ENV = {
  COMPUTE_HOSTS: '2',
  COMPUTE_SPAWN_MS: '30',
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'warn',
  RPC_RESPONSE_TIMEOUT_MS: '1000',
  REPORT_INTERVAL_MS: '500',
  SERVICE_DOWN_MS: '20000',
  BUILD_TIMEOUT_MS: '3000',
  BUILD_RENEW_MS: '700',
  BUILD_CHECK_MS: '200',
  LEAK_GRACE_MS: '200',
  LOOK_AROUND_MS: '500',
  SCHEDULER_REFRESH_MS: '500',
};

/** A cloud whose services are processes of their own, on a bus that is tapped. */
class Victims {
  readonly bus: Bus;
  readonly firehose: Firehose;
  readonly cloud: Cloud;
  readonly store: Store;
  readonly client: DemoClient;

  constructor(bus: Bus, firehose: Firehose, cloud: Cloud, store: Store) {
    this.bus = bus;
    this.firehose = firehose;
    this.cloud = cloud;
    this.store = store;
    this.client = new DemoClient(cloud.api.url);
  }

  /** Kills a service at a moment of a flow that `begin` sets off, and starts it again. */
  async strike(flow: Flow, moment: Moment, victim: Service, begin: () => Promise<unknown>): Promise<void> {
    const struck = whenItComes(this.firehose, flow, moment)
      .then(() => this.cloud.kill(victim))
      .then(() => this.cloud.restart(victim));
    const begun = begin().catch((error: unknown) => error); // the api may die before it answers
    await Promise.all([struck, begun]);
    await this.cloud.healthy();
  }

  async nothingIsLeft(): Promise<void> {
    const { hosts, networks } = this.store;
    await until(async () => (await hosts.claims()).length === 0, { withinMs: 10_000, what: 'no claim is left' });
    await until(async () => (await networks.ports()).length === 0, { withinMs: 10_000, what: 'no address is left' });
  }
}

async function startVictims(opened: AsyncDisposableStack, env: NodeJS.ProcessEnv): Promise<Victims> {
  const bus = opened.use(await freshBus());
  const database = opened.use(await freshDatabase('sqlite'));
  const firehose = opened.use(await tapFirehose(bus));
  const cloud = opened.use(
    await startCloud({
      mode: 'processes',
      transportUrl: bus.url,
      databaseUrl: database.url,
      isRestarted: false,
      env: { ...process.env, ...ENV, ...env },
    }),
  );
  return new Victims(bus, firehose, cloud, opened.use(await openStore(database.url)));
}

/** The moments of a flow with who speaks and who is spoken to at each: either may die. */
function kills(flow: Flow, hops?: readonly [from: number, to: number]) {
  return momentsOf(flow, hops).flatMap((moment) =>
    [moment.hop.from, moment.hop.to].map(
      (victim) =>
        [`${victim} at the ${moment.at} of hop ${moment.nth + 1} ${moment.hop.method}`, moment, victim] as const,
    ),
  );
}

const TIME = { timeout: 60_000 };

describe.each([
  ['a boot', bootClassic, {}, undefined],
  // As far as the first host, a boot is a boot; here it comes back from it.
  ['a boot that every host fails', bootRescheduleExhaustedClassic, { COMPUTE_FAIL_RATE: '1' }, [8, 12]],
] as const)('a service killed at any moment of %s', (_name, flow, env, hops) => {
  const opened = new AsyncDisposableStack();
  let victims: Victims;
  beforeAll(async () => {
    victims = await startVictims(opened, env);
  });
  afterAll(() => opened.disposeAsync());

  test.for(kills(flow, hops))('%s', TIME, async ([name, moment, victim]) => {
    const { client, store } = victims;
    await victims.strike(flow, moment, victim, () => client.boot({ name }));

    const [instance] = await store.instances.list({ name: `^${name}$` });
    if (instance === undefined) {
      expect(victim).toBe('api'); // killed before the row was written: nothing was promised
      return;
    }
    assertEnded(await client.settled(instance.uuid, 30_000));
    await client.delete(instance.uuid);
    await client.gone(instance.uuid);
    await victims.nothingIsLeft();
  });
});

describe('a service killed at any moment of a terminate', () => {
  const opened = new AsyncDisposableStack();
  let victims: Victims;
  beforeAll(async () => {
    victims = await startVictims(opened, {});
  });
  afterAll(() => opened.disposeAsync());

  test.for(kills(terminateClassic))('%s', TIME, async ([name, moment, victim]) => {
    const { client } = victims;
    const { id } = await client.boot({ name });
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    await victims.strike(terminateClassic, moment, victim, () => client.delete(id));
    if (victim === 'api') await client.delete(id); // whoever got no answer asks again
    await client.gone(id);
    await victims.nothingIsLeft();
  });
});

describe('a service killed at any moment of a stop', () => {
  const opened = new AsyncDisposableStack();
  let victims: Victims;
  beforeAll(async () => {
    victims = await startVictims(opened, { COMPUTE_DESTROY_MS: '100' });
  });
  afterAll(() => opened.disposeAsync());

  test.for(kills(stopClassic))('%s', TIME, async ([name, moment, victim]) => {
    const { client } = victims;
    const { id } = await client.boot({ name });
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });
    await victims.strike(stopClassic, moment, victim, () => client.act(id, { 'os-stop': null }));
    const { status } = await client.settled(id);
    // A conductor that dies with the save leaves it undone: then guest and row are as they were.
    expect(victim === 'conductor' ? ['ACTIVE', 'SHUTOFF'] : ['SHUTOFF']).toContain(status);
    await client.act(id, status === 'SHUTOFF' ? { 'os-start': null } : { 'os-stop': null });
    expect(await client.settled(id)).toMatchObject({ status: status === 'SHUTOFF' ? 'ACTIVE' : 'SHUTOFF' });
    await client.delete(id);
    await client.gone(id);
    await victims.nothingIsLeft();
  });
});

function assertEnded({ status, fault, addresses }: ShownServer): void {
  expect(['ACTIVE', 'ERROR']).toContain(status);
  if (status === 'ERROR') expect(fault?.message).toBeTruthy();
  else expect(Object.values(addresses).flat()).toHaveLength(1);
}
