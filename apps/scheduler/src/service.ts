import { BaseEndpoint, serve } from '@novasim/rpc';
import { ComputeAPI, ComputeTaskAPI, SCHEDULER_TOPIC } from '@novasim/rpcapi';
import {
  adminContext,
  joinBus,
  Notifications,
  periodic,
  type Start,
  startServiceHealth,
  ToldInstances,
} from '@novasim/service';
import { openStore } from '@novasim/store';
import type { SchedulerConfig } from './config.ts';
import { HostStates } from './host-states.ts';
import { SchedulerManager } from './manager.ts';

export { readConfig, type SchedulerConfig } from './config.ts';

/** Starts one scheduler: several may run beside each other on the same topic. */
export const startScheduler: Start<SchedulerConfig> = async ({ config, log, signal }) => {
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const store = opened.use(await openStore(config.databaseUrl, { signal }));
  const transport = opened.use(await joinBus('nova-scheduler', { config, log, signal }));

  const hostStates = new HostStates(store, Date.now);
  await hostStates.refresh();
  const { host, notify: isOn } = config;
  const notifications = Notifications.on(transport, { service: 'scheduler', host, isOn, log });
  const manager = new SchedulerManager({
    store,
    instances: new ToldInstances(store.instances, notifications),
    notifications,
    hostStates,
    conductor: new ComputeTaskAPI(transport),
    circumstances: () => ({ nowMs: Date.now(), serviceDownMs: config.serviceDownMs }),
    maxAttempts: config.maxAttempts,
    log,
  });
  opened.use(
    await serve(transport, { topic: SCHEDULER_TOPIC, server: config.host }, [
      manager,
      new BaseEndpoint(SCHEDULER_TOPIC),
    ]),
  );

  opened.use(
    periodic({ name: 'refresh hosts', intervalMs: config.refreshMs, log, signal }, () => hostStates.refresh()),
  );
  opened.use(
    periodic(
      { name: 'report state', intervalMs: config.reportIntervalMs, immediately: true, log, signal },
      async () => {
        await store.hosts.report({
          binary: 'nova-scheduler',
          host: config.host,
          topic: SCHEDULER_TOPIC,
          availability_zone: config.availabilityZone,
          seen_ms: Date.now(),
        });
      },
    ),
  );
  const checks = { store: () => store.ping().then(() => undefined) };
  opened.use(await startServiceHealth({ service: 'scheduler', config, transport, checks, log }));
  // Asked only once the fanout queue stands: the hosts' answers are fanouts too.
  await new ComputeAPI(transport).publish_service_capabilities(adminContext());
  const closing = opened.move();
  return { [Symbol.asyncDispose]: () => closing.disposeAsync() };
};
