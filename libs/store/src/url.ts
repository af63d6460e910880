import { BadDatabaseUrl } from './errors.ts';

/** Which database a URL names. `shown` is safe to print. */
export type DatabaseAddress =
  | { readonly kind: 'sqlite'; readonly path: string; readonly shown: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly shown: string };

/**
 * Reads `sqlite:/path/file.db`, `sqlite:relative.db`, `sqlite::memory:` and `postgres://user:pass@host:port/name`
 * (`postgresql://` too).
 * @throws BadDatabaseUrl
 */
export function readDatabaseUrl(url: string): DatabaseAddress {
  const shown = maskDatabaseUrl(url);
  if (url.startsWith('sqlite:')) return { kind: 'sqlite', path: sqlitePath(url, shown), shown };
  if (!/^postgres(ql)?:/.test(url)) {
    throw new BadDatabaseUrl(shown, 'it must start with "sqlite:" or "postgres://"');
  }
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new BadDatabaseUrl(
      shown,
      'it must read postgres://user:password@host:port/database (special characters as %XX)',
    );
  }
  const { hostname, pathname, username, password } = new URL(url);
  if (![username, password, pathname].every(isDecodable)) {
    throw new BadDatabaseUrl(shown, 'it has a "%" that is not followed by two hex digits (write %25)');
  }
  if (hostname === '') throw new BadDatabaseUrl(shown, 'it names no host');
  if (pathname.length < 2) throw new BadDatabaseUrl(shown, 'it names no database');
  return { kind: 'postgres', url, shown };
}

const SECRET_PARAMETER = /([?&](?:password|pass|pwd|sslpassword)=)[^&]*/gi;

/** The URL with its password replaced, also when it is too broken to be parsed. */
export function maskDatabaseUrl(url: string): string {
  return url
    .replace(/^([a-z]+:\/*[^:/@]*):(.*)(@.*)$/is, (_, start: string, hidden: string, end: string) =>
      // The last @ may stand in a secret parameter, and then what comes after it is secret too.
      hidden.search(SECRET_PARAMETER) < 0 ? `${start}:***${end}` : `${start}:***`,
    )
    .replace(SECRET_PARAMETER, '$1***');
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function sqlitePath(url: string, shown: string): string {
  const path = url.slice('sqlite:'.length).replace(/^\/\/\//, '/');
  if (path === ':memory:') return path;
  if (path.startsWith('//')) throw new BadDatabaseUrl(shown, 'a SQLite file has no host: write sqlite:/path/file.db');
  if (path === '' || path.endsWith('/'))
    throw new BadDatabaseUrl(shown, 'it names no file: write sqlite:/path/file.db');
  if (path.includes('\0')) throw new BadDatabaseUrl(shown, 'it has a zero byte in it');
  return path;
}
