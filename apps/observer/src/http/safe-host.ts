import type { RequestHandler } from 'express';
import { HttpFault } from './http-fault.ts';

/**
 * Lets in only who asked for this machine by one of its own names, and whose page, if it is a page, came from here. Else a page of
 * somebody's in the reader's browser could ask through a name that it has pointed at this machine.
 */
export function safeHost(names: readonly string[]): RequestHandler {
  const known = new Set(['localhost', '127.0.0.1', '[::1]', ...names]);
  return (request, _response, next) => {
    const { host, origin } = request.headers;
    if (host !== undefined && !known.has(nameOf(host))) {
      throw new HttpFault(403, `Host: wants one of ${[...known].join(', ')}; got ${JSON.stringify(host)}`, {
        field: 'Host',
        value: host,
      });
    }
    if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) {
      throw new HttpFault(403, `Origin: wants a page of this observer; got ${JSON.stringify(origin)}`, {
        field: 'Origin',
        value: origin,
      });
    }
    next();
  };
}

function nameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
