import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tracing } from './ours-options.ts';
import { type SubjectProcess, startProgram } from './subject.ts';

export type LibraryName = 'novasim' | 'amqplib' | 'NestJS' | 'Moleculer' | 'oslo.messaging';

/** A library under measurement. */
export interface Library {
  readonly name: LibraryName;
  /** Of the packages that are compared, for the report. */
  readonly version: string;
  startServer(url: string, servers?: number): Promise<SubjectProcess>;
  startClient(url: string): Promise<SubjectProcess>;
}

/** Debian's package is seen by Debian's interpreter alone. */
const python = '/usr/bin/python3';

/** All that can be had here; the others are named on stderr with what is missing. Installs the peers on the first run. */
export function findLibraries(): readonly Library[] {
  const found: Library[] = [
    { name: 'novasim', version: versionIn('../../libs/rpc/package.json'), ...nodePrograms('ours-') },
    { name: 'amqplib', version: versionIn('../../node_modules/amqplib/package.json'), ...nodePrograms('raw-') },
  ];
  for (const [name, folder, wanted] of [
    ['NestJS', 'nestjs', '@nestjs/microservices'],
    ['Moleculer', 'moleculer', 'moleculer'],
  ] as const) {
    if (install(folder)) {
      const version = versionIn(`./${folder}/node_modules/${wanted}/package.json`);
      found.push({ name, version, ...nodePrograms(`${folder}/`, '.js') });
    } else console.error(`${name}: npm ci in bench/rpc/${folder} failed, so it is left out`);
  }
  const oslo = osloVersion();
  if (oslo === undefined)
    console.error(`oslo.messaging: ${python} has none (python3-oslo.messaging), so it is left out`);
  else found.push({ name: 'oslo.messaging', version: oslo, ...pythonPrograms() });
  return found;
}

/** Our library with tracing of a kind, under that name. */
export function oursTracing(tracing: Tracing): Pick<Library, 'startServer' | 'startClient'> {
  const start = (role: string, ...args: string[]) => startProgram(process.execPath, [here(`ours-${role}.ts`), ...args]);
  return {
    startServer: (url, servers = 1) => start('server', url, String(servers), tracing),
    startClient: (url) => start('client', url, tracing),
  };
}

function nodePrograms(prefix: string, ending = '.ts'): Pick<Library, 'startServer' | 'startClient'> {
  const start = (role: string, ...args: string[]) =>
    startProgram(process.execPath, [here(prefix + role + ending), ...args]);
  return {
    startServer: (url, servers = 1) => start('server', url, String(servers)),
    startClient: (url) => start('client', url),
  };
}

function pythonPrograms(): Pick<Library, 'startServer' | 'startClient'> {
  return {
    startServer: (url, servers = 1) => startProgram(python, ['-B', here('python/server.py'), url, String(servers)]),
    startClient: (url) => startProgram(python, ['-B', here('python/client.py'), url]),
  };
}

/** The peers are large and no part of the house, so they are no workspaces. */
function install(folder: string): boolean {
  if (existsSync(here(`${folder}/node_modules`))) return true;
  console.error(`installing what bench/rpc/${folder}/package-lock.json names`);
  const npm = process.env['npm_execpath'];
  const [command, args] = npm === undefined ? ['npm', ['ci']] : [process.execPath, [npm, 'ci']];
  const done = spawnSync(command, [...args, '--no-audit', '--no-fund', '--no-workspaces', '--loglevel=error'], {
    cwd: here(folder),
    stdio: ['ignore', 2, 2],
  });
  return done.status === 0;
}

function osloVersion(): string | undefined {
  const asked = spawnSync(python, ['-c', "import importlib.metadata as m; print(m.version('oslo.messaging'))"], {
    encoding: 'utf8',
  });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

function versionIn(path: string): string {
  return (JSON.parse(readFileSync(here(path), 'utf8')) as { version: string }).version; // every manifest here has one
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
