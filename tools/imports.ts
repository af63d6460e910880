/** One module that a file asks for. */
export interface Import {
  /** Path of the file that asks, relative to its project. */
  readonly file: string;
  /** As written: `@novasim/rpc/memory`, `node:fs`, `./target.ts`. */
  readonly specifier: string;
  /** Written `import type` or `export type`: gone when the file runs. */
  readonly isType: boolean;
}

/**
 * Statements first, then what may hold text that looks like one. A string ends on its line, so a quote in a regular
 * expression cannot swallow the rest of a file.
 */
const SCAN =
  /^[ \t]*(?:import|export)\s+(?<type>type\s)?(?:[^'"`;()]*?\sfrom\s*)?['"](?<static>[^'"\n]+)['"]|\bimport\(\s*['"](?<dynamic>[^'"\n]+)['"]|\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gm;

/** The modules that a source text asks for, statically or by `import()` with a literal; those in comments do not count. */
export function importsIn(file: string, source: string): readonly Import[] {
  return Array.from(source.matchAll(SCAN), ({ groups = {} }) => ({
    file,
    specifier: groups['static'] ?? groups['dynamic'] ?? '',
    isType: groups['type'] !== undefined,
  })).filter(({ specifier }) => specifier !== '');
}

/** The package that a specifier names: `@novasim/rpc` of `@novasim/rpc/memory`; undefined for `./x.ts` and `node:fs`. */
export function packageOf(specifier: string): string | undefined {
  if (/^[./]|^node:/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
