import { connect, type Transport } from '@novasim/rpc';
import type { BaseConfig } from './base-config.ts';
import { logHops } from './hop-log.ts';
import type { Logger } from './logger.ts';

/** Nova's control exchange: the topic exchange in which every topic of the cloud lives. */
export const CONTROL_EXCHANGE = 'nova';

export interface BusDeps {
  readonly config: Pick<BaseConfig, 'transportUrl' | 'rpcResponseTimeoutMs'>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Joins the bus in the name of a service and writes its hops to the log. Queues are durable, the expiring ones too: every
 * RabbitMQ from 3.10 on takes those, while the newest refuse transient ones that are not exclusive.
 */
export async function joinBus(program: string, { config, log, signal }: BusDeps): Promise<Transport> {
  const transport = await connect(config.transportUrl, {
    name: program,
    controlExchange: CONTROL_EXCHANGE,
    responseTimeoutMs: config.rpcResponseTimeoutMs,
    options: { amqp_durable_queues: true },
    durableTransient: true,
    allowedRemoteModules: ['nova.exception'],
    signal,
  });
  logHops(transport, log);
  return transport;
}
