import type { ServerResponse } from 'node:http';
import type { Logger } from '@novasim/service';
import { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { HttpFault } from './http-fault.ts';
import type { Operation } from './operation.ts';

/** The routes of some operations. All are read-only: another method is 405. */
export function routerOf(operations: readonly Operation[]): Router {
  const router = Router({ caseSensitive: true });
  for (const { path, mediaType, run } of operations) {
    const route = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    route.get(async (request, response) => {
      const body = await run(request, request.params, queryOf(request.url), response);
      if (body !== undefined) send(response, 200, mediaType, body);
    });
    route.all((request) => {
      throw new HttpFault(405, `method: wants GET; got ${JSON.stringify(request.method)}`, {
        field: 'method',
        value: request.method,
      });
    });
  }
  return router;
}

export const notFound: RequestHandler = (request) => {
  const [path = ''] = request.originalUrl.split('?');
  throw new HttpFault(404, `path: there is nothing at ${JSON.stringify(path)}`, { field: 'path', value: path });
};

/** Answers what went wrong as `{ error, field, value }`; what nobody expected is logged whole. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const fault = asFault(error);
    if (fault === undefined) log.error({ err: error }, 'unexpected error');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status = 500, message = 'The observer has erred; its log says how.', field, value } = fault ?? {};
    if (status === 405) response.setHeader('allow', 'GET');
    send(response, status, 'application/json', { error: message, ...(field !== undefined && { field, value }) });
  };
}

function asFault(error: unknown): HttpFault | undefined {
  if (error instanceof HttpFault) return error;
  // Express: a path whose percent signs mean nothing.
  return error instanceof URIError
    ? new HttpFault(400, 'path: its percent signs mean nothing', { field: 'path' })
    : undefined;
}

function send(response: ServerResponse, status: number, mediaType: string, body: unknown): void {
  const text = typeof body === 'string' && mediaType !== 'application/json' ? body : JSON.stringify(body);
  const charset = mediaType.startsWith('text/') ? '; charset=utf-8' : '';
  response.setHeader('content-type', `${mediaType}${charset}`);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status).end(text);
}

/** The last value of each name. */
function queryOf(url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(url, 'http://observer').searchParams);
}
