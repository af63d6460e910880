import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  closeServer,
  createMetrics,
  joinBus,
  listen,
  Notifications,
  periodic,
  type Start,
  startHealth,
  ToldInstances,
} from '@novasim/service';
import { openStore } from '@novasim/store';
import { ActionManager } from './action-manager.ts';
import { createApp } from './app.ts';
import type { ApiConfig } from './config.ts';
import { healthChecks } from './health-checks.ts';
import { ComputeManager } from './manager.ts';
import { seedOnce } from './tasks/seed-once.ts';

export { type ApiConfig, readConfig } from './config.ts';

/** Longest time for the head of a request, and for the whole of it: slow senders do not hold connections. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Starts the api; `info` says where it listens. Several may run beside each other on the same database. */
export const startApi: Start<ApiConfig> = async ({ config, log, signal }) => {
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const store = opened.use(await openStore(config.databaseUrl, { signal }));
  await seedOnce(store, config);
  const transport = opened.use(await joinBus('nova-api', { config, log, signal }));
  const metrics = opened.use(createMetrics({ service: 'api', host: config.host }));
  opened.use(metrics.observe(transport));

  opened.use(
    periodic(
      { name: 'report state', intervalMs: config.reportIntervalMs, immediately: true, log, signal },
      async () => {
        await store.hosts.report({
          binary: 'nova-api',
          host: config.host,
          topic: 'api',
          availability_zone: config.availabilityZone,
          seen_ms: Date.now(),
        });
      },
    ),
  );

  const { host, notify: isOn } = config;
  const notifications = Notifications.on(transport, { service: 'api', host, isOn, log });
  const instances = new ToldInstances(store.instances, notifications);
  const { castTimeoutMs } = config;
  const manager = new ComputeManager({ store, instances, transport, log, castTimeoutMs });
  const actions = new ActionManager({ instances, transport, log, castTimeoutMs });
  const app = createApp({ config, store, transport, manager, actions, notifications, metrics, log });
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, app);
  await listen(server, config.apiPort, config.apiHost, 'API_PORT');
  opened.defer(() => closeServer(server));

  if (config.healthPort !== undefined) {
    const checks = healthChecks({ store, transport, serviceDownMs: config.serviceDownMs });
    const { healthHost: host, healthPort: port } = config;
    opened.use(await startHealth({ host, port, checks, metrics, log }));
  }

  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const shown = config.apiHost.includes(':') ? `[${config.apiHost}]` : config.apiHost;
  const closing = opened.move();
  return { info: { port, url: `http://${shown}:${port}` }, [Symbol.asyncDispose]: () => closing.disposeAsync() };
};
