import { type DatabasePlan, type PostgresKind, readDatabasePlan } from './database-plan.ts';
import { startDockerPostgres } from './docker-postgres.ts';
import { startLocalPostgres } from './local-postgres.ts';
import { findPostgresByUrl, type PostgresAddress, type RunningPostgres } from './postgres-server.ts';

/** The PostgreSQL servers of a test run; disposing of them stops those that were started for it. */
export interface PostgresServers extends AsyncDisposable {
  readonly addresses: readonly PostgresAddress[];
}

/**
 * Starts or finds the PostgreSQL that the environment asks for (`readDatabasePlan`).
 * @throws when one that must be had cannot be, naming everything that was tried
 */
export async function startPostgresServers(env: NodeJS.ProcessEnv): Promise<PostgresServers> {
  const plan = readDatabasePlan(env);
  await using opened = new AsyncDisposableStack();
  const addresses: PostgresAddress[] = [];
  const tried: string[] = [];
  for (const kind of plan.postgres) {
    try {
      addresses.push(opened.use(await start(kind, env)).address);
      if (plan.wants === 'first') break;
    } catch (error) {
      tried.push(`${kind}: ${reasonOf(error)}`);
    }
  }
  assertEnough(plan, addresses, tried);
  const all = opened.move();
  return { addresses, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function start(kind: PostgresKind, env: NodeJS.ProcessEnv): Promise<RunningPostgres> {
  if (kind === 'url') return findPostgresByUrl(env);
  return kind === 'docker' ? startDockerPostgres() : startLocalPostgres();
}

function assertEnough(plan: DatabasePlan, had: readonly PostgresAddress[], tried: readonly string[]): void {
  const isMissing = plan.wants === 'all' ? tried.length > 0 : plan.isPostgresRequired && had.length === 0;
  if (isMissing) throw new Error(`a PostgreSQL that the tests must have cannot be had. Tried: ${tried.join('; ')}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return error.message + cause;
}
