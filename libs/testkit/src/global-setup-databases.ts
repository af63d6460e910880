import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { TestProject } from 'vitest/node';
import { chooseDatabases, type DatabaseKind, type PostgresKind } from './databases-choice.ts';
import { startDockerPostgres } from './databases-docker.ts';
import { type PostgresServer, startLocalPostgres } from './databases-local.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What this run tests, and where a test asks for the server of a kind. Undefined without this global setup. */
    databases: { readonly kinds: readonly DatabaseKind[]; readonly servers: string } | undefined;
  }
}

/**
 * Decides once a run which databases are tested, and keeps their servers. A server starts when the first test asks for it, so
 * that a run without such tests pays nothing; it is asked for by HTTP, the only way from a worker to here.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kinds = await chooseDatabases(process.env);
  const servers = new Map<PostgresKind, Promise<PostgresServer>>();
  const started = (kind: PostgresKind): Promise<PostgresServer> => {
    const server = servers.get(kind) ?? START[kind]();
    servers.set(kind, server);
    return server;
  };

  const listener = createServer((request, response) => {
    const kind = decodeURIComponent((request.url ?? '').slice(1));
    if (isPostgresKind(kind)) void answer(response, started(kind)); // answers every failure itself
    else response.writeHead(404).end(`there is no "${kind}"`);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('a listening socket without a port');
  project.provide('databases', { kinds, servers: `http://127.0.0.1:${address.port}/` });

  return async () => {
    listener.close();
    listener.closeAllConnections();
    for (const server of await Promise.allSettled(servers.values())) {
      if (server.status === 'fulfilled') await server.value[Symbol.asyncDispose]();
    }
  };
}

const START: Readonly<Record<PostgresKind, () => Promise<PostgresServer>>> = {
  'postgres:url': async () => ({
    url: process.env['DATABASE_URL'] ?? '',
    [Symbol.asyncDispose]: async () => {}, // not ours
  }),
  'postgres:docker': startDockerPostgres,
  'postgres:local': startLocalPostgres,
};

function isPostgresKind(text: string): text is PostgresKind {
  return Object.hasOwn(START, text);
}

async function answer(response: ServerResponse, server: Promise<PostgresServer>): Promise<void> {
  try {
    response.end((await server).url);
  } catch (error) {
    response.writeHead(503).end(error instanceof Error ? error.message : String(error));
  }
}
