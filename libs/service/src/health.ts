import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/**
 * One thing that must hold for the service to be of use. Answers (or resolves to) nothing when it does, and otherwise a text
 * that says what is missing; throwing says it too.
 */
export type Check = (signal: AbortSignal) => string | undefined | Promise<string | undefined>;
export type Checks = Readonly<Record<string, Check>>;

export interface HealthReport {
  readonly status: 'ok' | 'unavailable';
  /** Of each check: `ok`, or what is missing. */
  readonly checks: Readonly<Record<string, string>>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Asks all checks at once; one that does not answer within `timeoutMs` has failed. */
export async function runChecks(checks: Checks, timeoutMs = CHECK_TIMEOUT_MS): Promise<HealthReport> {
  const signal = AbortSignal.timeout(timeoutMs);
  const tooLate = Promise.withResolvers<string>();
  signal.addEventListener('abort', () => tooLate.resolve(`no answer within ${timeoutMs} ms`), { once: true });

  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<[string, string]> => {
      const missing = await Promise.race([ask(check, signal), tooLate.promise]);
      return [name, missing ?? 'ok'];
    }),
  );
  const isOk = results.every(([, result]) => result === 'ok');
  return { status: isOk ? 'ok' : 'unavailable', checks: Object.fromEntries(results) };
}

async function ask(check: Check, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await check(signal);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export interface HealthOptions {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly checks: Checks;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface HealthServer extends AsyncDisposable {
  /** The port that it got. */
  readonly port: number;
}

/**
 * Serves `/healthz` (200, or 503 with what is missing) and `/metrics` for a service that has no HTTP of its own.
 * @throws the system's error when the port cannot be had, with the variable to change in its message.
 */
export async function startHealth({
  port,
  host = '127.0.0.1',
  checks,
  metrics,
  log,
}: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response, checks, metrics).catch((err: unknown) => {
      log.error({ err }, 'health request failed');
      response.destroy();
    });
  });
  await listen(server, port, host, 'HEALTH_PORT');
  return {
    port: (server.address() as AddressInfo).port, // a TCP server that listens has one
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}

async function answer(url: string, response: ServerResponse, checks: Checks, metrics: Metrics): Promise<void> {
  const path = url.split('?')[0];
  if (path === '/healthz') {
    const report = await runChecks(checks);
    response.writeHead(report.status === 'ok' ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(report));
  } else if (path === '/metrics') {
    response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
  } else response.writeHead(404).end();
}

/**
 * Listens; resolves when it does.
 * @throws the system's error; for a taken port its message names the variable that moves the service elsewhere.
 */
export function listen(server: Server, port: number, host: string, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') {
        const why = error.code === 'EACCES' ? 'is not allowed to this user' : 'is taken';
        error.message = `${host}:${port} ${why}: set ${variable} to another port (0 takes any free one)`;
      }
      reject(error);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

/** Stops listening, lets running requests end for `graceMs`, then ends what is left. Closing twice is harmless. */
export async function closeServer(server: Server, graceMs = 2_000): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
