import { once } from 'node:events';
import { createServer } from 'node:http';
import type { PostgresAddress } from './postgres-server.ts';
import { type PostgresServers, startPostgresServers } from './postgres-servers.ts';

/**
 * Lets many test processes share PostgreSQL servers that are started once, at the first question: most runs of a few tests need
 * none. `url` is where they ask.
 */
export async function openPostgresDoor(env: NodeJS.ProcessEnv): Promise<AsyncDisposable & { readonly url: string }> {
  let started: Promise<PostgresServers> | undefined;
  const server = createServer((_request, response) => {
    started ??= startPostgresServers(env);
    started.then(
      ({ addresses }) => response.end(JSON.stringify({ addresses })),
      (error: unknown) => {
        response.statusCode = 503;
        response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the door for test workers does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      const servers = await started?.catch(() => undefined); // whoever asked was told of a failed start
      await servers?.[Symbol.asyncDispose]();
    },
  };
}

/** The other side: what a test worker asks. @throws when a PostgreSQL that must be had cannot be */
export async function askPostgresDoor(url: string): Promise<readonly PostgresAddress[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(150_000) });
  // Our own server wrote it, in this shape.
  const answer = (await response.json()) as { addresses?: readonly PostgresAddress[]; error?: string };
  if (answer.addresses === undefined) throw new Error(answer.error ?? `${url} answered ${response.status}`);
  return answer.addresses;
}
