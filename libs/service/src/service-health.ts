import type { Transport } from '@novasim/rpc';
import type { BaseConfig } from './base-config.ts';
import { type Checks, startHealth } from './health.ts';
import type { Logger } from './logger.ts';
import { createMetrics } from './metrics.ts';

export interface ServiceHealthDeps {
  readonly service: string;
  readonly config: Pick<BaseConfig, 'host' | 'healthHost' | 'healthPort'>;
  readonly transport: Transport;
  /** Beside the bus, which is always checked. */
  readonly checks?: Checks;
  readonly log: Logger;
}

/** `/healthz` and `/metrics` of a service without HTTP of its own. Without HEALTH_PORT nothing listens and nothing is counted. */
export async function startServiceHealth({
  service,
  config,
  transport,
  checks = {},
  log,
}: ServiceHealthDeps): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  if (config.healthPort !== undefined) {
    const metrics = opened.use(createMetrics({ service, host: config.host }));
    opened.use(metrics.observe(transport));
    const bus = () => (transport.state === 'connected' ? undefined : `the bus is ${transport.state}`);
    const { healthHost: host, healthPort: port } = config;
    opened.use(await startHealth({ host, port, checks: { bus, ...checks }, metrics, log }));
  }
  return opened.move();
}
