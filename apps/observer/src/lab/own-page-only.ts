import { isLoopback } from '@novasim/service';
import type { RequestHandler } from 'express';
import { HttpFault } from '../http/http-fault.ts';

/**
 * Lets clients of this machine in (`isOpen`: all, as in a container), and takes only JSON for what changes something: a browser
 * does not send that to another origin without asking it first. Beside `safeHost`, which looks at Host and Origin.
 */
export function ownPageOnly({ isOpen }: { readonly isOpen: boolean }): RequestHandler {
  return (request, _response, next) => {
    const from = request.socket.remoteAddress ?? '';
    if (!isOpen && !isLoopback(from.replace(/^::ffff:/, ''))) {
      throw new HttpFault(403, `the lab is for this machine only; the client is ${from}`, {
        field: 'client',
        value: from,
      });
    }
    const type = request.get('content-type');
    if (request.method === 'POST' && type?.split(';')[0]?.trim() !== 'application/json') {
      throw new HttpFault(415, `content-type: wants application/json; got ${JSON.stringify(type ?? '')}`, {
        field: 'content-type',
        value: type,
      });
    }
    next();
  };
}
