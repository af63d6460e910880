import type { Metrics } from '@novasim/service';
import type { RequestHandler } from 'express';
import { exchangeOf } from './exchange.ts';

/** Measures requests by method, route (not path: ids would make a series each) and status. */
export function httpMetrics({ histogram }: Metrics): RequestHandler {
  const seconds = histogram({
    name: 'novasim_http_seconds',
    help: 'HTTP requests: how long until the answer was out',
    labelNames: ['method', 'route', 'status'],
  });
  return (request, response, next) => {
    response.once('finish', () => {
      const { route = 'none', startedAt } = exchangeOf(request);
      const labels = { method: request.method, route, status: String(response.statusCode) };
      seconds.observe(labels, (performance.now() - startedAt) / 1_000);
    });
    next();
  };
}
