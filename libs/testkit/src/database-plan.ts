/** Where a PostgreSQL for tests comes from: `DATABASE_URL`, a container, or the machine's package, started privately. */
export const databaseKinds = ['sqlite', 'url', 'docker', 'local'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];
export type PostgresKind = Exclude<DatabaseKind, 'sqlite'>;

/** Which databases a test run is to use. */
export interface DatabasePlan {
  readonly isSqliteWanted: boolean;
  /** Tried in this order. */
  readonly postgres: readonly PostgresKind[];
  /** `all`: each one named must be had. `first`: the first that can be had; none is no error unless it is required. */
  readonly wants: 'all' | 'first';
  /** `NOVASIM_REQUIRE` names postgres. */
  readonly isPostgresRequired: boolean;
}

/**
 * Reads `NOVASIM_DATABASES` (comma list of sqlite, url, docker, local), `NOVASIM_REQUIRE` (comma list of rabbitmq, postgres) and
 * whether `DATABASE_URL` is that of a PostgreSQL.
 * @throws naming the word that is none of these, or a list that leaves out what is required
 */
export function readDatabasePlan(env: NodeJS.ProcessEnv): DatabasePlan {
  const isPostgresRequired = words(env['NOVASIM_REQUIRE']).includes('postgres');
  const named = words(env['NOVASIM_DATABASES']).map(kindOf);
  if (named.length > 0) {
    const postgres = named.filter((kind) => kind !== 'sqlite');
    if (isPostgresRequired && postgres.length === 0) {
      throw new Error('NOVASIM_REQUIRE names postgres, but NOVASIM_DATABASES names none (url, docker or local)');
    }
    return { isSqliteWanted: named.includes('sqlite'), postgres, wants: 'all', isPostgresRequired };
  }
  const hasUrl = /^postgres(ql)?:/.test(env['DATABASE_URL'] ?? '');
  return {
    isSqliteWanted: true,
    // A server that is named is the one that is meant: no other stands in for it.
    postgres: hasUrl ? ['url'] : ['docker', 'local'],
    wants: hasUrl ? 'all' : 'first',
    isPostgresRequired,
  };
}

function words(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function kindOf(word: string): DatabaseKind {
  const kind = databaseKinds.find((known) => known === word);
  if (kind === undefined) throw new Error(`NOVASIM_DATABASES: '${word}' is none of ${databaseKinds.join(', ')}`);
  return kind;
}
