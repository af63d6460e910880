import type { Transport } from '@novasim/rpc';
import { type Logger, type Metrics, type Notifications, runChecks } from '@novasim/service';
import type { Store } from '@novasim/store';
import express, { type Express } from 'express';
import type { ActionManager } from './action-manager.ts';
import { Authenticator } from './auth/authenticator.ts';
import type { ApiConfig } from './config.ts';
import { docsPage } from './docs-page.ts';
import { healthChecks } from './health-checks.ts';
import type { ServiceType } from './http/envelopes.ts';
import { errorHandler } from './http/error-handler.ts';
import { badRequest, notFound } from './http/errors.ts';
import { beginExchange, exchangeOf } from './http/exchange.ts';
import { httpMetrics } from './http/http-metrics.ts';
import { routerOf, send, takeProject } from './http/part.ts';
import { requestLog } from './http/request-log.ts';
import { tellRequests } from './http/request-notifications.ts';
import type { ComputeManager } from './manager.ts';
import { openApiDocument } from './openapi.ts';
import { partsOf } from './parts.ts';

export interface AppDeps {
  readonly config: ApiConfig;
  readonly store: Store;
  readonly transport: Transport;
  readonly manager: ComputeManager;
  readonly actions: ActionManager;
  readonly notifications: Notifications;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The HTTP side of the api: what every request passes, then the parts, then what nobody answered. */
export function createApp({
  config,
  store,
  transport,
  manager,
  actions,
  notifications,
  metrics,
  log,
}: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false); // queries are read by http/query.ts, which keeps every value
  app.set('case sensitive routing', true);

  app.use((request, response, next) => {
    beginExchange(request, response);
    next();
  });
  app.use(requestLog(log), httpMetrics(metrics), tellRequests(notifications));
  app.use((request, response, next) => {
    if (serviceOf(request.url) === 'compute') {
      response.setHeader('x-compute-request-id', exchangeOf(request).requestId);
    }
    if (request.url.includes('%00')) throw badRequest('Malformed request URL');
    next();
  });

  const parts = partsOf({ config, store, manager, actions });
  serveOwnPages(app, parts, { config, store, transport, metrics });
  const partDeps = { authenticator: new Authenticator(store, config.authMode), maxBodyBytes: config.maxBodyBytes };
  for (const part of parts) {
    const router = routerOf(part, partDeps);
    for (const prefix of part.prefixes) app.use(prefix, ...(part.isMicroversioned ? [takeProject] : []), router);
  }

  app.use(() => {
    throw notFound();
  });
  app.use(errorHandler(serviceOf, log));
  return app;
}

/** What is no part of OpenStack: health, metrics, documentation. */
function serveOwnPages(
  app: Express,
  parts: ReturnType<typeof partsOf>,
  { config, store, transport, metrics }: Pick<AppDeps, 'config' | 'store' | 'transport' | 'metrics'>,
): void {
  const checks = healthChecks({ store, transport, serviceDownMs: config.serviceDownMs });
  app.get('/healthz', async (_request, response) => {
    const report = await runChecks(checks);
    send(response, { status: report.status === 'ok' ? 200 : 503, body: report });
  });
  app.get('/metrics', async (_request, response) => {
    response.setHeader('content-type', metrics.contentType);
    response.end(await metrics.text());
  });
  let document: object | undefined; // made when first asked for: it takes longer than a start should
  app.get('/openapi.json', (_request, response) => {
    document ??= openApiDocument(parts);
    send(response, { status: 200, body: document });
  });
  app.get('/docs', (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(docsPage(parts));
  });
  app.get('/', (_request, response) => {
    response.redirect('/docs');
  });
}

/** Which service a path belongs to; compute's is the shape of whatever is none's. */
function serviceOf(path: string): ServiceType {
  const [, first] = /^\/(identity|image|network)(?=[/?]|$)/.exec(path) ?? [];
  return (first ?? 'compute') as ServiceType; // the three words of the expression, or the fourth
}
