import { describe, expect, test } from 'vitest';
import { BadDatabaseUrl } from './errors.ts';
import { maskDatabaseUrl, readDatabaseUrl } from './url.ts';

describe(readDatabaseUrl, () => {
  test.for([
    ['sqlite:/var/nova.db', '/var/nova.db'],
    ['sqlite:///var/nova.db', '/var/nova.db'],
    ['sqlite:.novasim/nova.db', '.novasim/nova.db'],
    ['sqlite::memory:', ':memory:'],
  ] as const)('%s is the file %s', ([url, path]) => {
    expect(readDatabaseUrl(url)).toEqual({ kind: 'sqlite', path, shown: url });
  });

  test.for(['postgres://nova:s3cret@db:5432/nova', 'postgresql://nova:s3cret@db/nova?sslmode=require'])(
    '%s is a PostgreSQL, shown without its password',
    (url) => {
      expect(readDatabaseUrl(url)).toEqual({ kind: 'postgres', url, shown: url.replace('s3cret', '***') });
    },
  );

  test.for([
    ['', 'must start with'],
    ['mysql://nova:s3cret@db/nova', 'must start with "sqlite:" or "postgres://"'],
    ['sqlite:', 'names no file'],
    ['sqlite:/var/', 'names no file'],
    ['sqlite://host/file.db', 'has no host'],
    ['postgres:nova', 'must read postgres://'],
    ['postgres://nova:s3cret@:99999/nova', 'must read postgres://'],
    ['postgres://nova:s3cret@/nova', 'must read postgres://'],
    ['postgres://nova:s3cret@db', 'names no database'],
    ['postgres://nova:s3cret%zz@db/nova', 'two hex digits'],
  ] as const)('%s is refused: it %s', ([url, words]) => {
    const read = () => readDatabaseUrl(url);
    expect(read).toThrow(BadDatabaseUrl);
    expect(read).toThrow(words);
    expect(read).toThrow(maskDatabaseUrl(url));
    expect(read).not.toThrow(/s3cret/);
  });
});

describe(maskDatabaseUrl, () => {
  test.for([
    ['postgres://nova:s3cret@db/nova', 'postgres://nova:***@db/nova'],
    ['postgres://nova:s3:cr@et/@db/nova', 'postgres://nova:***@db/nova'],
    ['postgres://:s3cret@db/nova', 'postgres://:***@db/nova'],
    ['postgres:/nova:s3cret@db', 'postgres:/nova:***@db'],
    ['postgres://db/nova?user=nova&password=s3cret&x=1', 'postgres://db/nova?user=nova&password=***&x=1'],
    ['postgres://db:5432/nova?user=a&password=s3@cret', 'postgres://db:***'],
    ['postgres://nova:s3cret@db/nova?sslpassword=a@b', 'postgres://nova:***'],
    ['postgres://nova@db/nova', 'postgres://nova@db/nova'],
    ['sqlite:/var/nova.db', 'sqlite:/var/nova.db'],
  ] as const)('%s reads %s', ([url, masked]) => {
    expect(maskDatabaseUrl(url)).toBe(masked);
  });
});
