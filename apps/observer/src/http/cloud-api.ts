import { request as ask, type IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { HttpFault } from './http-fault.ts';

/** Headers that are about one connection and not about what is asked. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authorization'];

/**
 * Hands `/cloud-api/…` on to the REST API, so that the pages may ask it without being of its origin. Nothing of what passes is
 * kept or logged.
 */
export function cloudApi(apiUrl: string | undefined): RequestHandler {
  return (incoming, response) => {
    if (apiUrl === undefined) {
      throw new HttpFault(503, 'NOVASIM_API_URL: not set, so the observer knows no REST API to ask', {
        field: 'NOVASIM_API_URL',
      });
    }
    const target = new URL(apiUrl.replace(/\/$/, '') + incoming.url);
    const outgoing = ask(
      target,
      { method: incoming.method, headers: { ...passing(incoming.headers), host: target.host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, passing(answer.headers));
        answer.pipe(response);
      },
    );
    outgoing.once('error', () => {
      if (response.headersSent) response.destroy();
      else {
        response.writeHead(502, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: `the REST API at ${target.origin} does not answer` }));
      }
    });
    response.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  };
}

function passing(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
