import { setTimeout as after } from 'node:timers/promises';
import type { HostName } from '@novasim/cloud';
import { BaseEndpoint, MessagingError, RpcClient, serve, type Transport } from '@novasim/rpc';
import {
  COMPUTE_TOPIC,
  CONDUCTOR_TOPIC,
  ComputeTaskAPI,
  ConductorAPI,
  NetworkAPI,
  SchedulerAPI,
} from '@novasim/rpcapi';
import {
  adminContext,
  joinBus,
  type Logger,
  Notifications,
  periodic,
  type Start,
  startServiceHealth,
  type Troubled,
} from '@novasim/service';
import { ComputeHost, type Peers } from './compute-host.ts';
import type { ComputeConfig } from './config.ts';
import { ComputeManager } from './manager.ts';
import { finishPendingDeletes, initHost } from './tasks/init-host.ts';
import { publishCapabilities, reportState } from './tasks/report.ts';
import { FakeDriver } from './virt/fake-driver.ts';

export { type ComputeConfig, readConfig } from './config.ts';

/** Starts one process with one or many simulated hosts, each with its own queues. It never opens the database. */
export const startCompute: Start<ComputeConfig> = async ({ config, log, signal }) => {
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const hypervisors = new Map<HostName, Troubled>();
  const transport = opened.use(await joinBus('nova-compute', { config, log, signal, lab: { hypervisors } }));
  await waitForConductor(transport, log, signal);

  const peers: Peers = {
    conductor: new ConductorAPI(transport),
    computeTask: new ComputeTaskAPI(transport),
    network: new NetworkAPI(transport),
    scheduler: new SchedulerAPI(transport),
  };
  const { host, notify: isOn } = config;
  const notifications = Notifications.on(transport, { service: 'compute', host, isOn, log });
  const deps = { config, notifications, log, signal, hypervisors };
  const started = await Promise.allSettled(
    config.hosts.map(async (name) => opened.use(await startHost(name, peers, transport, deps))),
  );
  for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
  opened.use(await startServiceHealth({ service: 'compute', config, transport, log }));
  const closing = opened.move();
  return { info: { hosts: config.hosts }, [Symbol.asyncDispose]: () => closing.disposeAsync() };
};

interface HostDeps {
  readonly config: ComputeConfig;
  readonly notifications: Notifications;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Where each host's hypervisor is laid open to the lab. */
  readonly hypervisors: Map<HostName, Troubled>;
}

async function startHost(
  name: HostName,
  peers: Peers,
  transport: Transport,
  { config, notifications, log, signal, hypervisors }: HostDeps,
): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const driver = new FakeDriver({
    host: name,
    spawnMs: config.spawnMs,
    spawnJitterMs: Math.min(config.spawnJitterMs, config.spawnMs),
    destroyMs: config.destroyMs,
    failRate: config.failHosts.includes(name) ? 1 : config.failRate,
    random: Math.random,
  });
  hypervisors.set(name, driver);
  const host = new ComputeHost({
    ...peers,
    host: name,
    availabilityZone: config.availabilityZone,
    total: { vcpus: config.vcpus, memory_mb: config.memoryMb, local_gb: config.diskGb },
    driver,
    buildRenewMs: config.buildRenewMs,
    notifications: notifications.as(name),
    log,
  });
  await initHost(host);
  await reportState(host);
  opened.use(
    await serve(transport, { topic: COMPUTE_TOPIC, server: name }, [
      new ComputeManager(host),
      new BaseEndpoint(COMPUTE_TOPIC),
    ]),
  );
  await publishCapabilities(adminContext(), host);

  // Many hosts must not speak at the same moment: each varies its own beat.
  const beat = { jitter: config.hosts.length > 1 ? 0.2 : 0, log, signal };
  const every = (name: string, intervalMs: number, task: () => Promise<void>) =>
    opened.use(periodic({ name, intervalMs, ...beat }, task));
  every('report state', config.reportIntervalMs, () => reportState(host));
  every('publish capabilities', config.capabilitiesMs, () => publishCapabilities(adminContext(), host));
  every('finish pending deletes', config.lookAroundMs, () => finishPendingDeletes(host));
  return opened.move();
}

const PING_TIMEOUT_MS = 1_000;
const PING_PAUSE_MS = 50;

/**
 * Pings the conductor until it answers, as a real nova-compute does before anything else (baseapi, 1.0). Mandatory, so that a
 * conductor that has no queue yet is told from one that is slow.
 */
async function waitForConductor(transport: Transport, log: Logger, signal: AbortSignal): Promise<void> {
  const base = new RpcClient<{ ping(ctx: unknown, args: { arg: string }): unknown }>(
    transport,
    { topic: CONDUCTOR_TOPIC, namespace: 'baseapi', version: '1.0' },
    { timeoutMs: PING_TIMEOUT_MS, atLeastOnce: true },
  );
  for (let attempt = 1; ; attempt += 1) {
    try {
      await base.call(adminContext(), 'ping', { arg: 'are you there?' }, { signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof MessagingError)) throw error;
      if (attempt === 1) log.info({ why: error.message }, 'waiting for a conductor');
      await after(PING_PAUSE_MS, undefined, { signal });
    }
  }
}
