import { randomUUID } from 'node:crypto';
import { type ChannelModel, connect, credentials } from 'amqplib';
import type { RabbitOptions } from '../../options.ts';
import type { BrokerHost } from '../../transport-url.ts';
import { tlsSettings } from './tls-files.ts';

/** What is needed to open a connection to any of the hosts. */
export interface DialConfig {
  readonly hosts: readonly BrokerHost[];
  readonly virtualHost: string;
  readonly options: RabbitOptions;
  /** Program name that the broker shows for the connection. */
  readonly program: string;
}

/** Per attempt, handshake included. As oslo.messaging's `kombu` connect timeout. */
const attemptMs = 5_000;

/** Opens a connection to one host. Rejects with amqplib's or the socket's error, or {@link InvalidOption} for a file of TLS. */
export async function dial(config: DialConfig, host: BrokerHost): Promise<ChannelModel> {
  const { options } = config;
  const tls = options.ssl ? await tlsSettings(options) : {};
  return connect(
    {
      protocol: options.ssl ? 'amqps' : 'amqp',
      hostname: host.hostname,
      port: host.port,
      // amqplib decodes percent escapes in the virtual host even here
      vhost: encodeURIComponent(config.virtualHost),
      heartbeat: Math.round(options.heartbeat_timeout_threshold),
      frameMax: 131_072,
    },
    {
      // Without it the kernel holds back what follows an unacknowledged segment: 40 ms for a 10 kB call.
      noDelay: true,
      timeout: attemptMs,
      credentials: credentialsOf(host, options),
      clientProperties: { connection_name: `${config.program}:${process.pid}:${randomUUID()}` },
      ...tls,
    },
  );
}

/** `host:port`, as logs name a broker. */
export function nameOf(host: BrokerHost): string {
  return host.hostname.includes(':') ? `[${host.hostname}]:${host.port}` : `${host.hostname}:${host.port}`;
}

function credentialsOf({ username, password }: BrokerHost, { rabbit_login_method: method }: RabbitOptions) {
  if (method === 'EXTERNAL') return credentials.external();
  return (method === 'PLAIN' ? credentials.plain : credentials.amqplain)(username, password);
}
