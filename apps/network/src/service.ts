import { BaseEndpoint, serve } from '@novasim/rpc';
import { NETWORK_TOPIC } from '@novasim/rpcapi';
import { joinBus, periodic, type Start, startServiceHealth } from '@novasim/service';
import { openStore } from '@novasim/store';
import type { NetworkConfig } from './config.ts';
import { NetworkManager } from './manager.ts';

export { type NetworkConfig, readConfig } from './config.ts';

/** Starts one network service: several may run beside each other on the same topic. */
export const startNetwork: Start<NetworkConfig> = async ({ config, log, signal }) => {
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const store = opened.use(await openStore(config.databaseUrl, { signal }));
  const transport = opened.use(await joinBus('nova-network', { config, log, signal }));

  opened.use(
    await serve(transport, { topic: NETWORK_TOPIC, server: config.host }, [
      new NetworkManager(store, log),
      new BaseEndpoint(NETWORK_TOPIC),
    ]),
  );
  opened.use(
    periodic(
      { name: 'report state', intervalMs: config.reportIntervalMs, immediately: true, log, signal },
      async () => {
        await store.hosts.report({
          binary: 'nova-network',
          host: config.host,
          topic: NETWORK_TOPIC,
          availability_zone: config.availabilityZone,
          seen_ms: Date.now(),
        });
      },
    ),
  );
  const checks = { store: () => store.ping().then(() => undefined) };
  opened.use(await startServiceHealth({ service: 'network', config, transport, checks, log }));
  const closing = opened.move();
  return { [Symbol.asyncDispose]: () => closing.disposeAsync() };
};
