import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { RabbitmqAddress } from './rabbitmq.ts';
import { type Rabbitmqs, startRabbitmqs } from './rabbitmqs.ts';

/** Where the test workers ask for RabbitMQs. */
export interface Door extends AsyncDisposable {
  readonly url: string;
}

/**
 * Lets many test processes share RabbitMQs that are started once, at the first question: a start takes seconds, and most runs of a few
 * tests need none.
 */
export async function openDoor(env: NodeJS.ProcessEnv): Promise<Door> {
  let started: Promise<Rabbitmqs> | undefined;
  const server = createServer((_request, response) => {
    started ??= startRabbitmqs(env);
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
  return {
    url: urlOf(server),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      // Whoever asked was told of a failed start.
      const rabbitmqs = await started?.catch(() => undefined);
      await rabbitmqs?.[Symbol.asyncDispose]();
    },
  };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the door for test workers does not listen');
  return `http://127.0.0.1:${address.port}`;
}

/** The other side: what a test worker asks. @throws when a RabbitMQ that must be had cannot be */
export async function askDoor(url: string): Promise<readonly RabbitmqAddress[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(110_000) });
  // Our own server wrote it, in this shape.
  const answer = (await response.json()) as { addresses?: readonly RabbitmqAddress[]; error?: string };
  if (answer.addresses === undefined) throw new Error(answer.error ?? `${url} answered ${response.status}`);
  return answer.addresses;
}
