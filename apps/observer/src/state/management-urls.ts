import type { BrokerAddress } from '../tap/dial.ts';
import { ManagementApi } from './management-api.ts';

/** RabbitMQ's management plugin listens here unless it is told otherwise. */
const PORT = 15_672;

/** The management APIs that were named, commas between them, else those at the usual port of each broker, as the same user. */
export function managementApis(named: string | undefined, address: BrokerAddress): readonly ManagementApi[] {
  const urls = named?.split(',').map((url) => url.trim()) ?? guessed(address);
  return urls.map((url) => new ManagementApi(url, address.virtualHost));
}

function guessed({ hosts, query }: BrokerAddress): readonly string[] {
  const scheme = /^(?:1|true|yes)$/i.test(query.get('ssl') ?? '') ? 'https' : 'http';
  return hosts.map(({ hostname, username, password }) => {
    const host = hostname.includes(':') ? `[${hostname}]` : hostname;
    return `${scheme}://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}:${PORT}`;
  });
}
