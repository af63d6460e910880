import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Request, type Response, Router } from 'express';
import type { Authenticator } from '../auth/authenticator.ts';
import type { ServiceType } from './envelopes.ts';
import { badRequest, HttpError } from './errors.ts';
import { exchangeOf } from './exchange.ts';
import { readJson } from './json-body.ts';
import { MIN_MICROVERSION, microversionHeaders, microversionOf } from './microversion.ts';
import type { Answer, Operation } from './operation.ts';
import { queryOf } from './query.ts';

/** One real service of OpenStack as this api plays it: a path below which its operations are. */
export interface Part {
  readonly service: ServiceType;
  /** Where it is; the first one is the one that the catalog names. */
  readonly prefixes: readonly string[];
  readonly operations: readonly Operation[];
  /** Compute's versioned paths: microversions, and a project that may stand before the path. */
  readonly isMicroversioned?: boolean;
}

export interface PartDeps {
  readonly authenticator: Authenticator;
  readonly maxBodyBytes: number;
}

const PROJECT_IN_PATH = /^\/([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\/)/;

/** The routes of a part. A path that is there with a method that is not answers 405. */
export function routerOf(part: Part, deps: PartDeps): Router {
  const router = Router({ caseSensitive: true });
  const byPath = Map.groupBy(part.operations, (operation) => operation.path);
  for (const [path, operations] of byPath) {
    const route = router.route(path.replace(/\{(\w+)\}/g, ':$1'));
    for (const operation of operations) {
      route[operation.method]((request, response) => answer(part, operation, request, response, deps));
    }
    const allowed = operations.map(({ method }) => method.toUpperCase()).join(', ');
    route.all((request) => {
      const message = `The method ${request.method} is not allowed for this resource.`;
      throw new HttpError(405, message, { headers: { allow: allowed } });
    });
  }
  return router;
}

async function answer(
  part: Part,
  operation: Operation,
  request: Request,
  response: Response,
  { authenticator, maxBodyBytes }: PartDeps,
): Promise<void> {
  const exchange = exchangeOf(request);
  exchange.route = `${part.prefixes[0] ?? ''}${operation.path}`;
  const caller = operation.isPublic ? authenticator.nobody(exchange) : await authenticator.callerOf(request, exchange);
  let microversion = MIN_MICROVERSION;
  if (part.isMicroversioned) {
    microversion = microversionOf(request.headers);
    setHeaders(response, microversionHeaders(microversion));
  }
  const projectInPath = projectOf(request);
  if (projectInPath !== undefined && projectInPath !== caller.context.project_id) {
    throw badRequest(
      `Malformed request URL: URL's project_id '${projectInPath}' doesn't match Context's project_id '${caller.context.project_id}'`,
    );
  }
  const body = operation.body === undefined ? undefined : await readJson(request, maxBodyBytes);
  const result = await operation.run({
    exchange,
    caller,
    params: request.params as Readonly<Record<string, string | undefined>>, // paths without wildcards have texts only
    headers: request.headers,
    rawQuery: queryOf(request.url),
    query: undefined,
    body,
    baseUrl: exchange.baseUrl + request.baseUrl,
    projectInPath,
    microversion,
  });
  send(response, result);
}

const PROJECT = Symbol('project in path');
type Carrier = IncomingMessage & { [PROJECT]?: string };

/** Takes the project out of a path of the older form, so that one set of routes serves both. */
export function takeProject(request: Request, _response: Response, next: () => void): void {
  const [, project] = PROJECT_IN_PATH.exec(request.url) ?? [];
  if (project !== undefined) {
    (request as Carrier)[PROJECT] = project; // read back by projectOf
    request.url = request.url.slice(project.length + 1);
  }
  next();
}

function projectOf(request: IncomingMessage): string | undefined {
  return (request as Carrier)[PROJECT]; // put there by takeProject
}

/** Writes an answer. Not Express's `json`, which hashes every body for an ETag that no client asks for. */
export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  setHeaders(response, headers);
  if (body === undefined) {
    if (status !== 204) response.setHeader('content-length', '0');
    response.writeHead(status).end();
    return;
  }
  const text = JSON.stringify(body);
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.writeHead(status).end(text);
}

export function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
