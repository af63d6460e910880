import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, answer, type ManagedBroker } from './answer.ts';
import { onlyColumns, type View } from './views.ts';

/** The management API of a broker: what listens, and where. */
export interface ManagementServer extends AsyncDisposable {
  readonly port: number;
}

/** Only this machine may ask: what is told and done here is an operator's. */
const HOST = '127.0.0.1';
const LONGEST_BODY = 65_536;

/**
 * Serves the part of RabbitMQ's management API that an observer needs.
 * @throws the listener's error, e.g. EADDRINUSE when `port` is taken
 */
export async function startManagement(broker: ManagedBroker, port: number): Promise<ManagementServer> {
  const server = createServer((request, response) => {
    respond(broker, request).then(
      (said) => send(request, response, said),
      () =>
        send(request, response, { status: 400, body: { error: 'bad_request', reason: 'body or path not readable' } }),
    );
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  return { port: portOf(server), [Symbol.asyncDispose]: () => close(server) };
}

async function respond(broker: ManagedBroker, request: IncomingMessage): Promise<Answer> {
  if (!isKnown(broker.users, request.headers.authorization)) {
    return { status: 401, body: { error: 'not_authorized', reason: 'Login failed' } };
  }
  const { pathname } = new URL(request.url ?? '/', 'http://broker');
  const [root, ...path] = pathname
    .replace(/^\/|\/$/g, '')
    .split('/')
    .map(decodeURIComponent);
  if (root !== 'api') return { status: 404, body: { error: 'Object Not Found', reason: 'Not Found' } };
  return answer(broker, { method: request.method ?? 'GET', path, body: await jsonOf(request) });
}

function isKnown(users: Readonly<Record<string, string>>, authorization = ''): boolean {
  const [, encoded = ''] = /^Basic ([\w+/=]+)$/i.exec(authorization) ?? [];
  const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  const expected = Object.hasOwn(users, user) ? Buffer.from(users[user] ?? '') : undefined;
  const given = Buffer.from(rest.join(':'));
  return expected !== undefined && expected.length === given.length && timingSafeEqual(expected, given);
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error('body too long');
    chunks.push(chunk);
  }
  return length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

function send(request: IncomingMessage, response: ServerResponse, { status, body }: Answer): void {
  const columns = new URL(request.url ?? '/', 'http://broker').searchParams.get('columns')?.split(',') ?? [];
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="novasim broker"');
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const shown = status === 200 ? withColumns(body, columns) : body;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-cache' });
  response.end(JSON.stringify(shown));
}

function withColumns(body: NonNullable<Answer['body']>, columns: readonly string[]): unknown {
  return isList(body) ? body.map((view) => onlyColumns(view, columns)) : onlyColumns(body, columns);
}

function isList(body: NonNullable<Answer['body']>): body is readonly View[] {
  return Array.isArray(body);
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the management API does not listen');
  return address.port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
