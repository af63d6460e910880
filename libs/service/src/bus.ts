import { hostname } from 'node:os';
import { connect, type Transport } from '@novasim/rpc';
import type { BaseConfig } from './base-config.ts';
import { logHops } from './hop-log.ts';
import { Lab } from './lab/lab.ts';
import type { LabProps } from './lab/lab-props.ts';
import type { Logger } from './logger.ts';
import { type ToldLogConfig, tellLog } from './told-log.ts';

/** Nova's control exchange: the topic exchange in which every topic of the cloud lives. */
export const CONTROL_EXCHANGE = 'nova';

export interface BusDeps {
  readonly config: Pick<BaseConfig, 'transportUrl' | 'rpcResponseTimeoutMs'> &
    Partial<Pick<BaseConfig, 'isLab' | 'host'> & ToldLogConfig>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** What the lab can play with beside the messages, should NOVASIM_LAB have switched it on. */
  readonly lab?: LabProps;
}

/**
 * Joins the bus in the name of a service, writes its hops to the log, and says the log on the bus where it is told to. Queues are
 * durable, the expiring ones too: every RabbitMQ from 3.10 on takes those, while the newest refuse transient ones that are not
 * exclusive.
 */
export async function joinBus(program: string, { config, log, signal, lab: props = {} }: BusDeps): Promise<Transport> {
  const seer = seerOf(program, config.host);
  const lab = config.isLab === true ? new Lab({ seer, props, log, signal }) : undefined;
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const transport = opened.use(
    await connect(config.transportUrl, {
      name: program,
      controlExchange: CONTROL_EXCHANGE,
      responseTimeoutMs: config.rpcResponseTimeoutMs,
      options: { amqp_durable_queues: true },
      durableTransient: true,
      allowedRemoteModules: ['nova.exception'],
      ...(lab !== undefined && { interceptors: [lab.interceptor] }),
      signal,
    }),
  );
  if (config.tellsLog === true) tellLog(transport, { log, publisherId: seer.name, signal });
  logHops(transport, log);
  await lab?.serve(transport);
  opened.move();
  return transport;
}

function seerOf(program: string, host: string = hostname()) {
  const service = program.replace(/^nova-/, '');
  return { name: `${service}.${host}`, service, host };
}
