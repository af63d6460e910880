import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { findPostgresFolder } from './databases-local.ts';

/** Where a PostgreSQL comes from: `DATABASE_URL`, a container, or the package of the machine, started privately. */
export type PostgresKind = 'postgres:url' | 'postgres:docker' | 'postgres:local';
export type DatabaseKind = 'sqlite' | PostgresKind;

export const POSTGRES_IMAGE = 'postgres:17';

/** Words of `NOVASIM_DATABASES`. */
const WORDS: Readonly<Record<string, DatabaseKind>> = {
  sqlite: 'sqlite',
  url: 'postgres:url',
  docker: 'postgres:docker',
  local: 'postgres:local',
};

/**
 * Which databases a run tests. SQLite, and the first PostgreSQL that can be had: `DATABASE_URL`, Docker, the machine's package
 * (before Docker when the image would have to be fetched). `NOVASIM_REQUIRE=postgres` makes having none an error,
 * `NOVASIM_DATABASES=sqlite,docker,local` names exactly what is to be tested.
 * @throws Error that names what was tried
 */
export async function chooseDatabases(env: NodeJS.ProcessEnv): Promise<readonly DatabaseKind[]> {
  const named = listed(env['NOVASIM_DATABASES']);
  const isRequired = listed(env['NOVASIM_REQUIRE']).includes('postgres');
  const kinds = named.length > 0 ? named.map(kindOf) : [];
  if (kinds.length > 0) {
    if (isRequired && kinds.every((kind) => kind === 'sqlite')) {
      throw new Error('NOVASIM_REQUIRE asks for postgres, but NOVASIM_DATABASES leaves it out');
    }
    return kinds;
  }

  const { kind, tried } = await findPostgres(env);
  if (kind === undefined && isRequired) {
    throw new Error(`NOVASIM_REQUIRE asks for postgres, and none can be had: ${tried.join('; ')}`);
  }
  return kind === undefined ? ['sqlite'] : ['sqlite', kind];
}

async function findPostgres(env: NodeJS.ProcessEnv): Promise<{ kind?: PostgresKind; tried: readonly string[] }> {
  if (/^postgres(ql)?:/.test(env['DATABASE_URL'] ?? '')) return { kind: 'postgres:url', tried: [] };
  const image = await dockerStatus(env, `/images/${POSTGRES_IMAGE}/json`);
  if (image === 200) return { kind: 'postgres:docker', tried: [] };
  if (findPostgresFolder() !== undefined) return { kind: 'postgres:local', tried: [] };
  if (image !== undefined) return { kind: 'postgres:docker', tried: [] };
  return {
    tried: [
      'DATABASE_URL names no PostgreSQL',
      'no Docker engine answers',
      'neither /usr/lib/postgresql/*/bin nor PATH has a postgres and an initdb',
    ],
  };
}

/** The HTTP status of a question to the Docker engine; undefined when there is none. */
async function dockerStatus(env: NodeJS.ProcessEnv, path: string): Promise<number | undefined> {
  const host = env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const socketPath = host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
  if (socketPath !== undefined && !existsSync(socketPath)) return undefined;
  const where = socketPath === undefined ? new URL(path, host.replace(/^tcp:/, 'http:')) : { socketPath, path };
  return new Promise((resolve) => {
    const question = request(where, { timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    question.on('timeout', () => question.destroy());
    question.on('error', () => resolve(undefined));
    question.on('close', () => resolve(undefined));
    question.end();
  });
}

function kindOf(word: string): DatabaseKind {
  const kind = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (kind === undefined) {
    throw new Error(`NOVASIM_DATABASES: "${word}" is none of ${Object.keys(WORDS).join(', ')}`);
  }
  return kind;
}

function listed(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
