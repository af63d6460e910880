import { randomBytes } from 'node:crypto';
import { type RunningPostgres, versionWhenReady } from './postgres-server.ts';

const image = 'postgres:17';
const START_MS = 60_000;

/** Starts a PostgreSQL container through testcontainers, whose own variables hold. @throws when no Docker engine answers */
export async function startDockerPostgres(): Promise<RunningPostgres> {
  const { GenericContainer, Wait } = await import('testcontainers'); // takes long to load, and most runs need none of it
  const password = randomBytes(12).toString('hex');
  const container = await new GenericContainer(image)
    .withEnvironment({ POSTGRES_USER: 'novasim', POSTGRES_PASSWORD: password, POSTGRES_DB: 'postgres' })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'max_connections=300'])
    .withTmpFs({ '/var/lib/postgresql/data': 'rw' })
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forListeningPorts())
    .withStartupTimeout(START_MS)
    .start();
  try {
    const url = `postgres://novasim:${password}@${container.getHost()}:${container.getMappedPort(5432)}/postgres`;
    return {
      address: { kind: 'docker', version: await versionWhenReady(url, START_MS), url },
      async [Symbol.asyncDispose]() {
        await container.stop({ timeout: 0 });
      },
    };
  } catch (error) {
    await container.stop({ timeout: 0 });
    throw error;
  }
}
