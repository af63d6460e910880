import { readFile } from 'node:fs/promises';
import { parseTransportUrl, type TransportUrl } from '@novasim/rpc';
import { type ChannelModel, connect } from 'amqplib';

/** Where a bus is: one broker or several, and the virtual host. */
export type BrokerAddress = TransportUrl;

/** @throws {InvalidTransportURL} */
export function readAddress(url: string): BrokerAddress {
  return parseTransportUrl(url.replace(/^rabbits:/i, 'amqps:'));
}

export interface Dialled {
  readonly model: ChannelModel;
  /** `host:port` of the broker that answered. */
  readonly broker: string;
}

const HEARTBEAT_S = 10;
const CONNECT_TIMEOUT_MS = 10_000;

/** Connects to the first broker that answers. @throws the last one's error, with its address */
export async function dialAny(address: BrokerAddress, program: string, signal: AbortSignal): Promise<Dialled> {
  const isSecure = /^(?:1|true|yes)$/i.test(address.query.get('ssl') ?? '');
  const caFile = address.query.get('ssl_ca_file');
  let last = new Error('the transport URL names no broker');
  for (const { hostname, port, username, password } of address.hosts) {
    signal.throwIfAborted();
    const broker = `${hostname}:${port}`;
    try {
      const model = await connect(
        {
          protocol: isSecure ? 'amqps' : 'amqp',
          hostname,
          port,
          username,
          password,
          vhost: address.virtualHost,
          heartbeat: HEARTBEAT_S,
        },
        {
          noDelay: true,
          timeout: CONNECT_TIMEOUT_MS,
          clientProperties: { connection_name: program },
          ...(isSecure && { servername: hostname }),
          ...(isSecure && caFile !== undefined && { ca: [await readFile(caFile)] }),
        },
      );
      return { model, broker };
    } catch (error) {
      last = new Error(`${broker}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw last;
}
