import { type ChildProcess, type ExecFileOptions, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startBroker } from '@novasim/broker';
import { expect, test } from 'vitest';

const execute = promisify(execFile);
/** Nothing here takes longer. */
const run = (command: string, args: readonly string[], options: ExecFileOptions = {}) =>
  execute(command, args, { ...options, encoding: 'utf8', timeout: 120_000 });
const root = fileURLToPath(new URL('..', import.meta.url));
const peers = `${root}libs/rpc/test/python/`;
const hasPython = await run('/usr/bin/python3', ['-c', 'import oslo_messaging']).then(
  () => true,
  () => false,
);
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|ENETUNREACH/;

test('the package installs into an empty folder, compiles strictly with the README’s programs, and runs on Node 22', {
  timeout: 300_000,
}, async ({ annotate }) => {
  await using folder = await temporaryFolder();
  await run(process.execPath, [`${root}tools/pack-rpc.ts`, 'pack', folder.path]);
  const app = join(folder.path, 'package-user');
  const installed = await install(app, folder.path);
  if (installed !== undefined) return annotate(`not available: no package registry and nothing cached (${installed})`);

  const manifest = readJson(join(app, 'node_modules/@novasim/rpc/package.json'));
  expect(manifest).toMatchObject({ name: '@novasim/rpc', engines: { node: '>=22' } });
  expect(Object.keys(manifest['dependencies'] as object)).toEqual(['@opentelemetry/api', 'amqplib']);
  for (const absent of ['private', 'peerDependencies', 'devDependencies', 'scripts'])
    expect(manifest).not.toHaveProperty(absent);
  expect(readFileSync(join(app, 'node_modules/@novasim/rpc/README.md'), 'utf8')).not.toContain('](../');
  expect(
    readdirSync(join(app, 'node_modules/@novasim/rpc'), { recursive: true }).filter((file) =>
      /(?<!\.d)\.ts$|\.test\./.test(String(file)),
    ),
  ).toEqual([]);

  writePrograms(app);
  await run(process.execPath, [join(app, 'node_modules/typescript/bin/tsc')], { cwd: app });

  const node = await node22(app);
  const { stdout: version } = await run(node, ['--version']);
  await annotate(`run on Node ${version.trim()}`);
  await using broker = await startBroker();
  const url = broker.url().replace(/^amqp:/, 'rabbit:');
  const environment = { ...process.env, TRANSPORT_URL: url, PYTHONDONTWRITEBYTECODE: '1' };
  const ask = async () => (await run(node, ['build/client.js'], { cwd: app, env: environment })).stdout;
  expect((await run(node, ['build/legacy.js'], { cwd: app, env: environment })).stdout).toBe('0\n1\n2\n');
  const described = JSON.parse((await run(node, ['build/describe.js'], { cwd: app })).stdout);
  expect(Object.keys(described.operations)).toEqual(['greeter.hello']);
  const greetings = 'hello world, says ada\nhello you, says ada\n';
  {
    await using _ = await started(spawn(node, ['build/server.js'], { cwd: app, env: environment }));
    expect(await ask()).toBe(greetings);
    if (hasPython) {
      const request = ['--method', 'hello', '--kwargs', '{"name": "python"}', '--ctxt', '{"user": "ada"}'];
      const { stdout } = await run(
        '/usr/bin/python3',
        [`${peers}client.py`, '--url', url, '--topic', 'greeter', ...request],
        { env: environment },
      );
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: 'hello python, says ada' });
    }
  }
  if (!hasPython) return annotate('not available: /usr/bin/python3 has no oslo_messaging');
  await using _ = await started(spawn('/usr/bin/python3', [`${peers}greeter.py`, url], { env: environment }));
  expect(await ask()).toBe(greetings);
  return undefined;
});

/** Installs the tarball and a compiler as a user would. Returns why it could not, when that is the network. */
async function install(app: string, tarballs: string): Promise<string | undefined> {
  const tarball = readdirSync(tarballs).find((file) => file.endsWith('.tgz')) ?? '';
  const { devDependencies } = readJson(`${root}package.json`) as { devDependencies: Record<string, string> }; // npm's shape
  const compiler = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  await run('mkdir', [app]);
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }\n');
  return npmInstall(app, [join(tarballs, tarball), ...compiler]);
}

async function npmInstall(app: string, packages: readonly string[]): Promise<string | undefined> {
  try {
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
      cwd: app,
    });
    return undefined;
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? error); // what execFile adds to its errors
    const reason = unreachable.exec(said)?.[0];
    if (reason === undefined) throw error;
    return reason;
  }
}

/** The programs of the README, as the installed package shows them. */
function writePrograms(app: string): void {
  const readme = readFileSync(join(app, 'node_modules/@novasim/rpc/README.md'), 'utf8');
  const programs = Array.from(readme.matchAll(/```ts\n\/\/ (\w+\.ts)\n([\s\S]*?)```/g), ([, name = '', code = '']) => ({
    name,
    code,
  }));
  expect(programs.map(({ name }) => name)).toEqual(['server.ts', 'client.ts', 'traced.ts', 'legacy.ts', 'describe.ts']);
  for (const { name, code } of programs) writeFileSync(join(app, name), code);
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    outDir: 'build',
    rootDir: '.',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
    rewriteRelativeImportExtensions: true,
  };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
}

/** The oldest Node that the package is for, from its npm package where there is one; else the one that runs the tests. */
async function node22(app: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(app, 'node_modules', name, 'bin/node');
  if (['linux-x64', 'linux-arm64'].includes(`${process.platform}-${process.arch}`))
    await npmInstall(app, [`${name}@22.23.3`]);
  return existsSync(binary) ? binary : process.execPath;
}

/** A server that has said that it is ready. */
async function started(child: ChildProcess): Promise<AsyncDisposable> {
  child.stderr?.resume();
  if (child.stdout === null) throw new Error('the server has no stdout');
  const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(30_000) });
  expect(line).toBe('ready');
  return {
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'novasim-package-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}
