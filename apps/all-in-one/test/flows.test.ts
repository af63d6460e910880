import {
  bootClassic,
  bootNoAddressClassic,
  bootNoValidHostClassic,
  bootRescheduleClassic,
  bootRescheduleExhaustedClassic,
  type Flow,
  hardRebootClassic,
  pauseClassic,
  resumeClassic,
  schedulerStartClassic,
  softRebootClassic,
  startClassic,
  stopClassic,
  suspendClassic,
  terminateClassic,
  unpauseClassic,
} from '@novasim/flows';
import { openStore, SEEDED } from '@novasim/store';
import { type Bus, brokersUnderTest, freshBus, freshDatabase, tapFirehose, until } from '@novasim/testkit';
import { describe, expect, test } from 'vitest';
import { startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';
import { connectionsOf, hopsOf, listed, travelled } from './travelled.ts';

/** In an order in which each is taken, and how the server is afterwards. */
const ACTS = [
  [{ 'os-stop': null }, stopClassic, 'SHUTOFF'],
  [{ 'os-start': null }, startClassic, 'ACTIVE'],
  [{ pause: null }, pauseClassic, 'PAUSED'],
  [{ unpause: null }, unpauseClassic, 'ACTIVE'],
  [{ suspend: null }, suspendClassic, 'SUSPENDED'],
  [{ resume: null }, resumeClassic, 'ACTIVE'],
  [{ reboot: { type: 'SOFT' } }, softRebootClassic, 'ACTIVE'],
  [{ reboot: { type: 'HARD' } }, hardRebootClassic, 'ACTIVE'],
] as const;

/** A cloud on a bus that is tapped, in one process: the programs are told apart by their connections. */
async function tappedCloud(bus: Bus, env: NodeJS.ProcessEnv = {}) {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshDatabase('sqlite'));
  const firehose = opened.use(await tapFirehose(bus));
  const cloud = opened.use(
    await startCloud({
      mode: 'single-process',
      transportUrl: bus.url,
      databaseUrl: database.url,
      env: { COMPUTE_HOSTS: 'h1,h2', COMPUTE_SPAWN_MS: '0', LOG_LEVEL: 'warn', LOG_FORMAT: 'json', ...env },
    }),
  );
  const closing = opened.move();
  return {
    cloud,
    firehose,
    client: new DemoClient(cloud.api.url),
    /** What travelled under a request id, once it is as much as the flow has. */
    async seen(requestId: string, flow: Flow) {
      const own = (count: number) =>
        hopsOf(firehose.records).filter((hop) => hop.request_id === requestId).length >= count;
      await until(() => own(flow.hops.length), {
        withinMs: 10_000,
        what: `${flow.hops.length} hops of '${flow.name}'`,
      });
      const connections = await until(() => connectionsOf(bus, firehose.records), { withinMs: 20_000, everyMs: 100 });
      return travelled(firehose.records, requestId, connections);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

describe.each(await brokersUnderTest())('on $name', (broker) => {
  test('a boot and a terminate travel as the flows list them', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus);
    const booted = await tapped.client.boot();
    expect(await tapped.client.settled(booted.id)).toMatchObject({ status: 'ACTIVE' });
    expect(await tapped.seen(booted.requestId, bootClassic)).toEqual(listed(bootClassic));

    const deleted = await tapped.client.delete(booted.id);
    await tapped.client.gone(booted.id);
    expect(await tapped.seen(deleted, terminateClassic)).toEqual(listed(terminateClassic));
  });

  test('what is done to a guest travels as the flows list it', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus);
    const { id } = await tapped.client.boot();
    await tapped.client.settled(id);
    for (const [body, flow, status] of ACTS) {
      const requestId = await tapped.client.act(id, body);
      expect(await tapped.client.settled(id), flow.name).toMatchObject({ status });
      expect(await tapped.seen(requestId, flow), flow.name).toEqual(listed(flow));
    }
  });

  test('a boot that no host can take travels no further than the scheduler', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus, { COMPUTE_MEMORY_MB: '256' });
    const booted = await tapped.client.boot();
    const server = await tapped.client.settled(booted.id);
    expect(server).toMatchObject({ status: 'ERROR', fault: { code: 500 } });
    expect(server.fault?.message).toContain('No valid host was found');
    expect(await tapped.seen(booted.requestId, bootNoValidHostClassic)).toEqual(listed(bootNoValidHostClassic));
  });

  test('a host that fails hands the build back, and the alternate finishes it', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus, { COMPUTE_FAIL_HOSTS: 'h1' });
    const booted = await tapped.client.boot();
    expect(await tapped.client.settled(booted.id)).toMatchObject({ status: 'ACTIVE' });
    expect(await tapped.seen(booted.requestId, bootRescheduleClassic)).toEqual(listed(bootRescheduleClassic));
  });

  test('when every host fails the instance ends in ERROR with the words of MaxRetriesExceeded', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus, { COMPUTE_FAIL_RATE: '1' });
    const booted = await tapped.client.boot();
    const server = await tapped.client.settled(booted.id);
    expect(server.status).toBe('ERROR');
    expect(server.fault?.message).toBe(
      `Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance ${booted.id}.`,
    );
    expect(await tapped.seen(booted.requestId, bootRescheduleExhaustedClassic)).toEqual(
      listed(bootRescheduleExhaustedClassic),
    );
  });

  test('a boot without a free address ends in ERROR and leaves neither address nor claim', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus);
    await using store = await openStore(tapped.cloud.databaseUrl);
    const tiny = await store.networks.create({
      name: 'tiny',
      project_id: SEEDED.projects.demo,
      shared: false,
      cidr: '192.168.7.0/30',
    });
    const first = await tapped.client.boot({ networks: [{ uuid: tiny.id }] });
    expect(await tapped.client.settled(first.id)).toMatchObject({ status: 'ACTIVE' });

    const second = await tapped.client.boot({ networks: [{ uuid: tiny.id }] });
    const server = await tapped.client.settled(second.id);
    expect(server.fault?.message).toBe(
      `Build of instance ${second.id} aborted: Failed to allocate the network(s) with error ` +
        'No fixed IP addresses available for network: tiny, not rescheduling.',
    );
    expect(await tapped.seen(second.requestId, bootNoAddressClassic)).toEqual(listed(bootNoAddressClassic));
    expect((await store.hosts.claims()).map((claim) => claim.instance_uuid)).toEqual([first.id]);
    expect((await store.networks.ports()).map((port) => port.device_id)).toEqual([first.id]);
  });

  test('a scheduler that starts anew asks every host, and each tells all schedulers', async () => {
    await using bus = await freshBus(broker);
    await using tapped = await tappedCloud(bus);
    const before = tapped.firehose.records.length;
    await tapped.cloud.restart('scheduler');
    const later = () => hopsOf(tapped.firehose.records.slice(before)).filter((hop) => hop.kind === 'fanout');
    const asked = await until(() => later().find((hop) => hop.method === 'publish_service_capabilities'));
    expect(asked.routed_queues).toHaveLength(2);
    const told = await until(() => {
      const answers = later().filter((hop) => hop.request_id === asked.request_id && hop.unique_id !== asked.unique_id);
      return answers.length === 2 && answers;
    });
    expect(told.map(({ topic, method }) => ({ to: topic, method }))).toEqual(
      Array(2).fill({ to: schedulerStartClassic.hops[1]?.to, method: schedulerStartClassic.hops[1]?.method }),
    );
    expect(told.map((hop) => hop.args?.['host']).sort()).toEqual(['h1', 'h2']);
  });
});
