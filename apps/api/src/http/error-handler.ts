import type { IncomingMessage } from 'node:http';
import type { Logger } from '@novasim/service';
import { StoreError } from '@novasim/store';
import type { ErrorRequestHandler } from 'express';
import { envelope, type ServiceType } from './envelopes.ts';
import { badRequest, HttpError, unavailable } from './errors.ts';
import { exchangeOf } from './exchange.ts';
import { send } from './part.ts';

const UNEXPECTED = 'The server has either erred or is incapable of performing the requested operation.';

/** Answers what went wrong in the shape of the service that was asked; what nobody expected is logged whole. */
export function errorHandler(serviceOf: (path: string) => ServiceType, log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const { requestId } = exchangeOf(request);
    const known = asHttpError(error);
    if (known.status === 500) log.error({ request_id: requestId, err: error }, 'unexpected error');
    else if (known.status === 503) log.warn({ request_id: requestId, err: known.cause ?? known }, 'request refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // A body that nobody read would be taken for the next request.
    if (hasUnreadBody(request)) response.setHeader('connection', 'close');
    const body = envelope(serviceOf(request.originalUrl), known);
    send(response, { status: known.status, headers: known.headers, body });
  };
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof StoreError) {
    if (error.retryable) return unavailable('The database is not available; ask again.', { cause: error });
    if (error.code === 'INVALID_VALUE') return badRequest(error.message);
  }
  // Express: a path whose percent signs mean nothing.
  if (error instanceof URIError) return badRequest('Malformed request URL');
  return new HttpError(500, UNEXPECTED, { cause: error });
}

function hasUnreadBody(request: IncomingMessage): boolean {
  return !request.complete && (request.headers['content-length'] ?? '0') !== '0';
}
