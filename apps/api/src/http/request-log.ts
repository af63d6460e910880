import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@novasim/service';
import { pinoHttp } from 'pino-http';
import { exchangeOf } from './exchange.ts';
import { isWatched, pathOf } from './request-path.ts';

/** One line a request, when its answer is out. Headers and bodies never are in it, so no token or password is. */
export function requestLog(log: Logger) {
  const fields = (request: IncomingMessage, response: ServerResponse) => {
    const { requestId, startedAt } = exchangeOf(request);
    return {
      request_id: requestId,
      method: request.method,
      path: pathOf(request),
      status: response.statusCode,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
    };
  };
  return pinoHttp({
    logger: log,
    // The line is made of the fields above only; without this the request would be bound to it whole.
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'request_id' },
    genReqId: (request) => exchangeOf(request).requestId,
    customLogLevel: (request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'warn';
      return isWatched(pathOf(request)) ? 'debug' : 'info';
    },
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customSuccessObject: fields,
    customErrorObject: fields,
    serializers: { req: () => undefined },
  });
}
