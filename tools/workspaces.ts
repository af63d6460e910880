import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Import, importsIn } from './imports.ts';

/** What the rules ask of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  /** `layer`: the project's row in the table of layers; `db: false`: it may not open the database. */
  readonly novasim?: { readonly layer?: string; readonly db?: boolean };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A workspace: its manifest and all that its TypeScript files import. */
export interface Project {
  /** From the root: `libs/rpc`. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly imports: readonly Import[];
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The package.json at the top, which declares only the tools of the house. */
export function readRootManifest(root = ROOT): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest; // its shape is npm's
}

/** Every workspace of the house, read from the disk. */
export function readProjects(root = ROOT): readonly Project[] {
  return globSync('{apps,libs}/*/package.json', { cwd: root })
    .sort()
    .map((path) => {
      const dir = path.slice(0, -'/package.json'.length);
      const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest; // its shape is npm's
      return { dir, manifest, imports: importsOf(join(root, dir)) };
    });
}

function importsOf(dir: string): readonly Import[] {
  return globSync(['*.ts', '{src,test,bench}/**/*.{ts,tsx}'], { cwd: dir })
    .sort()
    .flatMap((file) => importsIn(file, readFileSync(join(dir, file), 'utf8')));
}
