import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const library = join(root, 'libs/rpc');

/** One thing that a door of the package exports. */
interface Export {
  readonly name: string;
  /** Its documentation, as prose. */
  readonly comment: string;
  /** Its declaration, with the comments of its members. */
  readonly declaration: string;
}

/** The API reference of libs/rpc as Markdown: every export of every door, by what the compiler declares of it. */
export function apiReference(): string {
  const manifest = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  }; // our own file
  const folder = mkdtempSync(join(tmpdir(), 'novasim-api-'));
  try {
    declare(folder);
    const doors = Object.entries(manifest.exports).map(([door, path]) => {
      const file = join(folder, path.replace('./src/', '').replace(/\.ts$/, '.d.ts'));
      return doorText(door.replace(/^\./, '@novasim/rpc'), exportsOf(file));
    });
    return [
      '# API of @novasim/rpc',
      'Made from the sources by `npm run api`; what is said there is said here.',
      ...doors,
    ].join('\n\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lets the compiler write the declarations. */
function declare(folder: string): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = ['-p', join(library, 'tsconfig.build.json'), '--emitDeclarationOnly', '--outDir', folder];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tsc ended with ${status}\n${stdout}`);
}

function doorText(door: string, exports: readonly Export[]): string {
  const sorted = exports.toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const entries = sorted.map(({ name, comment, declaration }) =>
    [`### ${name}`, ...(comment === '' ? [] : [comment]), `\`\`\`ts\n${declaration}\n\`\`\``].join('\n\n'),
  );
  return [`## ${door}`, sorted.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(' · '), ...entries].join(
    '\n\n',
  );
}

/** What an index re-exports, found in the files it names. */
function exportsOf(index: string): Export[] {
  const text = readFileSync(index, 'utf8');
  return Array.from(text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)).flatMap(
    ([, names = '', path = '']) => {
      const source = readFileSync(join(dirname(index), path.replace(/\.ts$/, '.d.ts')), 'utf8');
      return names
        .split(',')
        .map((name) => name.replace(/^\s*type\s/, '').trim())
        .filter((name) => name !== '')
        .map((name) => find(name, source, path));
    },
  );
}

function find(name: string, source: string, path: string): Export {
  const start = new RegExp(
    `(?:/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*)?^export (?:declare )?(?:abstract )?(?:class|function|const|interface|type) ${name}\\b`,
    'm',
  ).exec(source);
  if (start === null) throw new Error(`${path} declares no ${name}`);
  const from = source.indexOf('export ', start.index + (start[1] === undefined ? 0 : start[1].length));
  const declaration = source
    .slice(from, endOf(source, from))
    .replace(/^export (declare )?/, '')
    .replaceAll(/^\s*(#private|readonly \[(core|parts)\]: .*);\n/gm, '') // not for who uses it
    .replaceAll(/^( {4})+/gm, (indent) => ' '.repeat(indent.length / 2));
  return { name, comment: proseOf(start[1] ?? ''), declaration };
}

/** Where a declaration ends: after the brace that closes its first one, or at the semicolon outside of all. */
function endOf(source: string, from: number): number {
  let depth = 0;
  const bodied = /^export (?:declare )?(?:abstract )?(?:class|interface) /.test(source.slice(from));
  for (const { 0: token, index = 0 } of source.slice(from).matchAll(/\/\*[\s\S]*?\*\/|'[^'\n]*'|[{}();[\]]/g)) {
    if (/^[{([]$/.test(token)) depth++;
    else if (/^[})\]]$/.test(token)) depth--;
    if (depth === 0 && (token === ';' || (bodied && token === '}'))) return from + index + 1;
  }
  return source.length;
}

/** A comment without its stars; tags become sentences. */
function proseOf(comment: string): string {
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/@throws (?:\{(\w+)\})?/g, (_tag, name?: string) =>
      name === undefined ? 'Throws ' : `Throws \`${name}\``,
    )
    .trim();
}
