import { InvalidTransportURL } from './errors.ts';

/** One broker of a transport URL. */
export interface BrokerHost {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** A transport URL in its parts. */
export interface TransportUrl {
  readonly scheme: string;
  /** In the order of the URL; at least one. */
  readonly hosts: readonly BrokerHost[];
  readonly virtualHost: string;
  /** Driver options as text; a repeated one is joined with commas. */
  readonly query: ReadonlyMap<string, string>;
}

const schemes = ['rabbit', 'kombu', 'amqp', 'amqps'];

/**
 * Reads `rabbit://[user:pass@]host[:port],…/virtual_host[?option=value]`. Credentials belong to their own host only;
 * a missing user or password is `guest`, a missing host `localhost`, an empty virtual host `/`.
 * `amqp` is accepted for `rabbit`, and `amqps` means `rabbit` with `ssl=true`.
 * @throws {InvalidTransportURL} saying which part does not fit; the message never holds a password.
 */
export function parseTransportUrl(url: string): TransportUrl {
  const match = /^([a-z][a-z+]*):\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is.exec(url);
  if (match === null) throw new InvalidTransportURL('transport URL is not of the form rabbit://host:port/virtual_host');
  const scheme = (match[1] ?? '').toLowerCase();
  if (!schemes.includes(scheme)) {
    throw new InvalidTransportURL(`transport URL has scheme '${scheme}', known are ${schemes.join(', ')}`);
  }
  const query = readQuery(match[4] ?? '');
  if (scheme === 'amqps' && !query.has('ssl')) query.set('ssl', 'true');
  const texts = (match[2] ?? '').split(',');
  const behind = `${match[3] ?? ''}?${match[4] ?? ''}`;
  const hosts = texts.map((text, index) => readHost(text, index, [...texts.slice(index + 1), behind].join()));
  const path = decode(match[3] ?? '', 'virtual host');
  return { scheme, hosts, virtualHost: path === '' ? '/' : path, query };
}

function readHost(text: string, index: number, behind: string): BrokerHost {
  const at = text.lastIndexOf('@');
  const [user, password] = splitOnce(at < 0 ? '' : text.slice(0, at), ':');
  const { hostname, port } = readAddress(text.slice(at + 1), index, behind);
  return {
    hostname: hostname === '' ? 'localhost' : hostname,
    port,
    username: decode(user, 'user name') || 'guest',
    password: decode(password, 'password') || 'guest',
  };
}

/** @param behind the URL behind this host: with an `@` in it, what looks like a port may be the beginning of a password. */
function readAddress(text: string, index: number, behind: string): { hostname: string; port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text);
  if (match === null) throw new InvalidTransportURL(`host ${index + 1} of the transport URL does not parse`);
  const port = match[3] === undefined || match[3] === '' ? 5672 : Number(match[3]);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    const isShown = !behind.includes('@');
    throw new InvalidTransportURL(
      `port${isShown ? ` '${match[3]}'` : ''} of host ${index + 1} is not a number from 1 to 65535` +
        (isShown ? '' : ' (if that is part of a password: write %2F for /, %3F for ?, %2C for a comma)'),
    );
  }
  return { hostname: match[1] ?? match[2] ?? '', port };
}

function readQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  return query;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidTransportURL(`${part} of the transport URL has a broken percent escape`);
  }
}
