import { BaseEndpoint, serve } from '@novasim/rpc';
import { CONDUCTOR_TOPIC, ComputeAPI, NetworkAPI } from '@novasim/rpcapi';
import { joinBus, Notifications, periodic, type Start, startServiceHealth, ToldInstances } from '@novasim/service';
import { openStore } from '@novasim/store';
import { ComputeTaskManager } from './compute-task-manager.ts';
import type { ConductorConfig } from './config.ts';
import { ConductorManager } from './manager.ts';
import { failStuckBuilds } from './tasks/fail-stuck-builds.ts';
import { reapLeaks } from './tasks/reap-leaks.ts';

export { type ConductorConfig, readConfig } from './config.ts';

/** Starts one conductor: several may run beside each other on the same topic. */
export const startConductor: Start<ConductorConfig> = async ({ config, log, signal }) => {
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const store = opened.use(await openStore(config.databaseUrl, { signal }));
  const transport = opened.use(await joinBus('nova-conductor', { config, log, signal }));

  const { host, notify: isOn } = config;
  const notifications = Notifications.on(transport, { service: 'conductor', host, isOn, log });
  const instances = new ToldInstances(store.instances, notifications);
  const manager = new ConductorManager({ store, instances, log });
  const compute = new ComputeAPI(transport);
  const tasks = new ComputeTaskManager({ store, instances, compute, notifications, log });
  opened.use(
    await serve(transport, { topic: CONDUCTOR_TOPIC, server: config.host }, [
      manager,
      tasks,
      new BaseEndpoint(CONDUCTOR_TOPIC),
    ]),
  );

  const now = Date.now;
  const network = new NetworkAPI(transport);
  const beat = { log, signal, immediately: true };
  opened.use(
    periodic({ name: 'fail stuck builds', intervalMs: config.buildCheckMs, ...beat }, () =>
      failStuckBuilds({ store, instances, notifications, log, buildTimeoutMs: config.buildTimeoutMs, now }),
    ),
  );
  opened.use(
    periodic({ name: 'reap leaks', intervalMs: config.buildCheckMs, ...beat }, () =>
      reapLeaks({ store, network, log, graceMs: config.leakGraceMs, now }),
    ),
  );
  opened.use(
    periodic({ name: 'report state', intervalMs: config.reportIntervalMs, ...beat }, async () => {
      await store.hosts.report({
        binary: 'nova-conductor',
        host: config.host,
        topic: CONDUCTOR_TOPIC,
        availability_zone: config.availabilityZone,
        seen_ms: now(),
      });
    }),
  );
  const checks = { store: () => store.ping().then(() => undefined) };
  opened.use(await startServiceHealth({ service: 'conductor', config, transport, checks, log }));
  const closing = opened.move();
  return { [Symbol.asyncDispose]: () => closing.disposeAsync() };
};
