/**
 * Makes of libs/rpc a package that others can install: JavaScript with declarations, and a package.json that points there.
 * `npm run pack -w libs/rpc` leaves a tarball in libs/rpc/dist, or in a folder that is given, and touches nothing else. A plain `npm pack` in the folder works
 * too: npm packs the package.json that is there, so for that moment it is the published one (`prepack`, then `postpack`).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'libs/rpc');
/** The source's package.json, while the published one stands in its place. */
const aside = join(source, 'dist/package.json.source');

/** What is taken over from the source's package.json. */
interface SourceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const steps: Readonly<Record<string, () => void>> = {
  pack() {
    const target = join(destination, 'package');
    rmSync(target, { recursive: true, force: true });
    build(join(target, 'dist'));
    writeManifest(target, 'dist', ['docs']);
    cpSync(join(root, 'docs/rpc'), join(target, 'docs'), { recursive: true });
    cpSync(join(source, 'LICENSE'), join(target, 'LICENSE'));
    const readme = readFileSync(join(source, 'README.md'), 'utf8');
    writeFileSync(join(target, 'README.md'), readme.replaceAll('](../../docs/rpc/', '](docs/'));
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', destination], target);
  },
  prepack() {
    if (existsSync(aside))
      throw new Error(`pack-rpc: a pack was cut off; move ${aside} back to ${source}/package.json`);
    build(join(source, 'dist/build'));
    cpSync(join(source, 'package.json'), aside);
    writeManifest(source, 'dist/build', []);
  },
  postpack() {
    renameSync(aside, join(source, 'package.json'));
  },
};

const [name = 'pack', destination = join(source, 'dist')] = process.argv.slice(2);
const step = steps[name];
/** `npm run pack` runs a script of that name, and therefore `prepack` and `postpack` around it, which are for `npm pack`. */
const isForNpmPack = ['pack', 'publish'].includes(process.env['npm_command'] ?? '');
if (step === undefined) throw new Error(`pack-rpc: '${name}' is none of ${Object.keys(steps).join(', ')}`);
if (name === 'pack' || isForNpmPack) step();

/** Compiles the sources without their tests. */
function build(target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', join(source, 'tsconfig.build.json'), '--outDir', target], root);
  // The compiler rewrites imports in JavaScript only.
  for (const file of globSync('**/*.d.ts', { cwd: target })) {
    const text = readFileSync(join(target, file), 'utf8');
    writeFileSync(
      join(target, file),
      text.replaceAll(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'),
    );
  }
}

function writeManifest(target: string, built: string, alsoFiles: readonly string[]): void {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as SourceManifest; // our own file
  const { version, description, license, dependencies } = manifest;
  const exports = Object.entries(manifest.exports).map(([door, path]) => {
    const file = path.replace(/^\.\/src\//, `./${built}/`).replace(/\.ts$/, '');
    return [door, { types: `${file}.d.ts`, default: `${file}.js` }];
  });
  const published = {
    name: manifest.name,
    version,
    description,
    keywords: ['oslo.messaging', 'openstack', 'rpc', 'amqp', 'rabbitmq'],
    license,
    type: 'module',
    engines: { node: '>=22' },
    exports: { ...Object.fromEntries(exports), './package.json': './package.json' },
    files: [built, ...alsoFiles],
    dependencies,
  };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw error ?? new Error(`pack-rpc: ${[command, ...args].join(' ')} ended with ${status}`);
}
