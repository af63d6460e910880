import type { IncomingMessage } from 'node:http';

/** What a Host header may hold; anything else is not repeated into links. */
const HOST = /^[A-Za-z0-9._~-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/**
 * `http://host:port` as the client used it, so that links it follows lead back here: from Host, or from what a proxy in front
 * says in X-Forwarded-Host and X-Forwarded-Proto.
 */
export function baseUrlOf(request: IncomingMessage): string {
  const forwarded = firstOf(request.headers['x-forwarded-host']);
  const host = forwarded ?? request.headers.host ?? '';
  const protocol = firstOf(request.headers['x-forwarded-proto']) === 'https' ? 'https' : 'http';
  if (HOST.test(host)) return `${protocol}://${host}`;
  const { localAddress = '127.0.0.1', localPort = 0 } = request.socket;
  return `${protocol}://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(',', 1)[0]?.trim();
}
