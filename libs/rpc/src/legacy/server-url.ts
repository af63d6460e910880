import { parseTransportUrl } from '../transport-url.ts';

/** Which broker to cast over; what is missing is as on the bus. The name says server, it has nothing to do with `topic.host`. */
export interface ServerParams {
  readonly hostname?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  readonly virtual_host?: string;
}

/** The bus's URL with another broker's parameters in it. As in Nova they replace those of every host. */
export function serverUrl(url: string, server: ServerParams): string {
  const { hosts, virtualHost, query } = parseTransportUrl(url);
  const addresses = hosts.map(({ hostname, port, username, password }) => {
    const credentials = [server.username ?? username, server.password ?? password].map(encodeURIComponent).join(':');
    const name = server.hostname ?? hostname;
    return `${credentials}@${name.includes(':') ? `[${name}]` : name}:${server.port ?? port}`;
  });
  const options = new URLSearchParams([...query]).toString();
  const path = encodeURIComponent(server.virtual_host ?? virtualHost);
  return `rabbit://${[...new Set(addresses)].join(',')}/${path}${options === '' ? '' : `?${options}`}`;
}
