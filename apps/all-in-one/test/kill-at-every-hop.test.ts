import { bootClassic, type FlowHop, type Service } from '@novasim/flows';
import { openStore, type Store } from '@novasim/store';
import {
  type Bus,
  type Firehose,
  type FirehoseRecord,
  freshBus,
  freshDatabase,
  tapFirehose,
  until,
} from '@novasim/testkit';
import { type Hop, readHop } from '@novasim/trace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';

/** A moment of a boot, and who dies at it. */
interface Kill {
  readonly nth: number;
  readonly at: 'request' | 'reply';
  readonly victim: Service;
  readonly hop: FlowHop;
}

/** Sender and receiver of every message of a boot: when the request is published, and for a call also when its reply is. */
const KILLS: readonly Kill[] = bootClassic.hops.flatMap((hop, nth) =>
  (hop.kind === 'call' ? (['request', 'reply'] as const) : (['request'] as const)).flatMap((at) =>
    [hop.from, hop.to].map((victim) => ({ nth, at, victim, hop })),
  ),
);

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

describe('a service killed at any moment of a boot', () => {
  const opened = new AsyncDisposableStack();
  let bus: Bus;
  let firehose: Firehose;
  let cloud: Cloud;
  let store: Store;

  beforeAll(async () => {
    bus = opened.use(await freshBus());
    const database = opened.use(await freshDatabase('sqlite'));
    firehose = opened.use(await tapFirehose(bus));
    cloud = opened.use(
      await startCloud({
        mode: 'processes',
        transportUrl: bus.url,
        isRestarted: false,
        databaseUrl: database.url,
        env: { ...process.env, ...ENV },
      }),
    );
    store = opened.use(await openStore(database.url));
  });
  afterAll(() => opened.disposeAsync());

  test.for(KILLS.map((kill) => [describeKill(kill), kill] as const))(
    '%s',
    { timeout: 60_000 },
    async ([name, kill]) => {
      await cloud.healthy();
      const client = new DemoClient(cloud.api.url);
      const struck = moment(firehose, kill)
        .then(() => cloud.kill(kill.victim))
        .then(() => cloud.restart(kill.victim));
      // The api may die before it answers: the instance is then found by its name.
      const posted = client.boot({ name }).catch((error: unknown) => error);
      await struck;
      await posted;
      await cloud.healthy();

      const [instance] = await store.instances.list({ name: `^${name}$` });
      if (instance === undefined) {
        expect(kill.victim).toBe('api'); // killed before the row was written: nothing was promised
        return;
      }
      const server = await client.settled(instance.uuid, 30_000);
      expect(['ACTIVE', 'ERROR']).toContain(server.status);
      if (server.status === 'ERROR') expect(server.fault?.message).toBeTruthy();
      else expect(Object.values(server.addresses).flat()).toHaveLength(1);

      await client.delete(instance.uuid);
      await client.gone(instance.uuid);
      await until(async () => (await store.hosts.claims()).length === 0, {
        withinMs: 10_000,
        what: 'no claim is left',
      });
      await until(async () => (await store.networks.ports()).length === 0, {
        withinMs: 10_000,
        what: 'no address is left',
      });
    },
  );
});

function describeKill({ nth, at, victim, hop }: Kill): string {
  return `${victim} at the ${at} of hop ${nth + 1} ${hop.method}`;
}

/** Resolves when the broker is seen to take the message. */
async function moment(firehose: Firehose, { nth, at }: Kill): Promise<void> {
  const from = firehose.records.length;
  const isNew = (record: FirehoseRecord) => firehose.records.indexOf(record, from) !== -1;
  const requests: Hop[] = [];
  const flowMethods = new Set(bootClassic.hops.map((hop) => hop.method));
  await firehose.seen(
    (record) => {
      if (record.kind !== 'publish' || !isNew(record)) return false;
      const hop = hopOf(record);
      if (hop === undefined) return false;
      const known = requests.findIndex(({ unique_id }) => unique_id === hop.unique_id);
      if (hop.method !== undefined && flowMethods.has(hop.method as FlowHop['method']) && known === -1)
        requests.push(hop);
      const wanted = requests[nth];
      if (wanted === undefined) return false;
      return at === 'request'
        ? hop.unique_id === wanted.unique_id
        : hop.kind === 'reply' && hop.msg_id === wanted.msg_id;
    },
    1,
    { withinMs: 20_000 },
  );
}

function hopOf(record: FirehoseRecord): Hop | undefined {
  return readHop({
    exchange: record.exchange,
    routing_key: record.routing_key,
    body: record.body.toString('utf8'),
    at_ms: record.at,
  });
}
