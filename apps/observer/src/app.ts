import { fileURLToPath } from 'node:url';
import type { Checks, Logger, Metrics } from '@novasim/service';
import { runChecks } from '@novasim/service';
import { studyFolder } from '@novasim/study';
import express, { type Express, type Router } from 'express';
import type { Live } from './events/live.ts';
import { errorHandler, notFound, routerOf } from './http/answer.ts';
import { cloudApi } from './http/cloud-api.ts';
import { safeHost } from './http/safe-host.ts';
import { securityHeaders } from './http/security-headers.ts';
import { labPaths } from './lab/lab-openapi.ts';
import type { Observation } from './observation.ts';
import { openApiDocument } from './openapi.ts';
import { busOperations } from './routes/bus.ts';
import { flowOperations } from './routes/flows.ts';
import { statusOperations } from './routes/status.ts';
import type { StatusView } from './status-view.ts';

export interface AppDeps {
  readonly observation: Observation;
  readonly live: Live;
  readonly statusView: () => StatusView;
  /** Names besides loopback's by which the observer may be asked. */
  readonly hostNames: readonly string[];
  readonly apiUrl: string | undefined;
  readonly checks: Checks;
  readonly metrics: Metrics;
  /** What other rooms serve, by the path that it stands under. */
  readonly routers: Readonly<Record<string, Router>>;
  readonly log: Logger;
  /** Told of every request: somebody looks. */
  readonly looked: () => void;
}

/** The HTTP side of the observer: its API, the way to the cloud's, and the pages. */
export function createApp(deps: AppDeps): Express {
  const { observation, live, checks, metrics, log } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);

  const operations = [
    ...flowOperations(observation),
    ...busOperations(observation),
    ...statusOperations(live.stream, deps.statusView),
  ];
  app.get('/healthz', async (_request, response) => {
    const report = await runChecks(checks);
    response.status(report.status === 'ok' ? 200 : 503).json(report);
  });
  app.use(safeHost(deps.hostNames), securityHeaders);
  app.get('/metrics', async (_request, response) => {
    response.setHeader('content-type', metrics.contentType);
    response.end(await metrics.text());
  });
  let document: object | undefined; // made when first asked for: it takes longer than a start should
  app.get('/openapi.json', (_request, response) => {
    document ??= openApiDocument(operations, labPaths);
    response.json(document);
  });
  app.use('/api', (_request, _response, next) => {
    deps.looked();
    next();
  });
  for (const [path, router] of Object.entries(deps.routers)) app.use(path, router);
  app.use(routerOf(operations));
  app.use('/api', notFound);
  app.use('/cloud-api', cloudApi(deps.apiUrl));
  servePages(app);
  app.use(notFound, errorHandler(log));
  return app;
}

/** The study pages. Every path without a dot is a view, which the one page draws. */
function servePages(app: Express): void {
  const folder = fileURLToPath(studyFolder);
  app.use(express.static(folder, { index: 'index.html', cacheControl: false, dotfiles: 'ignore' }));
  app.get(/^[^.]*$/, (_request, response) => {
    response.sendFile('index.html', { root: folder, cacheControl: false }, (error) => {
      if (error === undefined || response.headersSent) return;
      response
        .status(503)
        .type('text/plain')
        .send('The study pages are not built: npm run build. The API is at /openapi.json.\n');
    });
  });
}
