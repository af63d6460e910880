import { randomBytes } from 'node:crypto';
import { POSTGRES_IMAGE } from './databases-choice.ts';
import type { PostgresServer } from './databases-local.ts';

/** Starts PostgreSQL in a container, which is removed when disposed. */
export async function startDockerPostgres(): Promise<PostgresServer> {
  const { GenericContainer, Wait } = await import('testcontainers'); // takes long to load, and most runs need none of it
  const password = randomBytes(12).toString('hex');
  const container = await new GenericContainer(POSTGRES_IMAGE)
    .withEnvironment({ POSTGRES_USER: 'novasim', POSTGRES_PASSWORD: password, POSTGRES_DB: 'postgres' })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=300'])
    .withTmpFs({ '/var/lib/postgresql/data': 'rw' })
    .withExposedPorts(5432)
    // Twice: the first server only runs the image's own set-up.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .withStartupTimeout(120_000)
    .start();
  return {
    url: `postgres://novasim:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`,
    [Symbol.asyncDispose]: async () => {
      await container.stop();
    },
  };
}
