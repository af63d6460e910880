import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { InfoEvents, Notifications } from '@novasim/service';
import type { RequestHandler } from 'express';
import { exchangeOf } from './exchange.ts';
import { isWatched, pathOf } from './request-path.ts';

/**
 * Tells on the bus of requests that may change something, when they come and when they are answered, and of others once they
 * have failed: who polls every 100 ms must not flood it. Names are those of oslo.messaging's notify/middleware.py; unlike there,
 * headers stay here, and no answer waits for it.
 */
export function tellRequests(notifications: Notifications): RequestHandler {
  return (request, response, next) => {
    const path = pathOf(request);
    if (notifications.isOn && !isWatched(path)) tell(notifications, path, request, response);
    next();
  };
}

function tell(notifications: Notifications, path: string, request: IncomingMessage, response: ServerResponse): void {
  const { requestId: request_id, startedAt } = exchangeOf(request);
  const context = { request_id };
  const { method = '' } = request;
  const isChange = !READS.has(method);
  const [, instance_id] = INSTANCE.exec(path) ?? [];
  const asked: InfoEvents['http.request'] = {
    request: { REQUEST_METHOD: method, PATH_INFO: path },
    ...(instance_id !== undefined && { instance_id }),
  };
  if (isChange) notifications.info(context, 'http.request', asked);
  // Comes also when the client leaves before the answer.
  response.once('close', () => {
    if (!isChange && response.writableFinished && response.statusCode < 400) return;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    notifications.info(context, 'http.response', { ...asked, ...ending(response), ms });
  });
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const INSTANCE = /\/servers\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\/|$)/;

function ending({ statusCode, writableFinished }: ServerResponse) {
  if (!writableFinished) return { exception: { value: 'the client left before the answer was out' } };
  return { response: { status: `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trimEnd() } };
}
