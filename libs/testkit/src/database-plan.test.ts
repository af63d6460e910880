import { describe, expect, test } from 'vitest';
import { readDatabasePlan } from './database-plan.ts';

const POSTGRES = 'postgres://nova@db/nova';

describe(readDatabasePlan, () => {
  test.for([
    ['nothing: SQLite, and a PostgreSQL if one can be had', {}, ['docker', 'local'], 'first', false],
    ['a PostgreSQL by URL: that one', { DATABASE_URL: POSTGRES }, ['url'], 'all', false],
    ['a SQLite by URL: as if not said', { DATABASE_URL: 'sqlite:/x.db' }, ['docker', 'local'], 'first', false],
    ['that one is required', { NOVASIM_REQUIRE: 'rabbitmq, postgres' }, ['docker', 'local'], 'first', true],
    ['that another is required', { NOVASIM_REQUIRE: 'rabbitmq' }, ['docker', 'local'], 'first', false],
    ['names: all of them', { NOVASIM_DATABASES: 'sqlite, local,docker' }, ['local', 'docker'], 'all', false],
    ['names beside a URL: the names', { NOVASIM_DATABASES: 'sqlite', DATABASE_URL: POSTGRES }, [], 'all', false],
  ] as const)('with %s', ([, env, postgres, wants, isPostgresRequired]) => {
    expect(readDatabasePlan(env)).toEqual({ isSqliteWanted: true, postgres, wants, isPostgresRequired });
  });

  test('SQLite can be left out', () => {
    expect(readDatabasePlan({ NOVASIM_DATABASES: 'local' }).isSqliteWanted).toBe(false);
  });

  test.for([
    [{ NOVASIM_DATABASES: 'sqlite,oracle' }, "'oracle' is none of sqlite, url, docker, local"],
    [{ NOVASIM_DATABASES: 'sqlite', NOVASIM_REQUIRE: 'postgres' }, 'NOVASIM_REQUIRE names postgres'],
  ] as const)('%j is refused: %s', ([env, words]) => {
    expect(() => readDatabasePlan(env)).toThrow(words);
  });
});
