import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningPostgres, versionWhenReady } from './postgres-server.ts';

const run = promisify(execFile);
const START_MS = 30_000;
const PORT_ATTEMPTS = 5;

/**
 * Starts a server of the machine's package with its own data folder, on a free port of the loopback. It refuses to run as
 * root, so there it runs as `postgres`, the user that the package makes. It keeps nothing on disk that a power cut could
 * spare, and ends with this process, however that ends.
 */
export async function startLocalPostgres(): Promise<RunningPostgres> {
  const bin = findPostgresFolder();
  if (bin === undefined) throw new Error('there is no postgres and initdb in /usr/lib/postgresql/*/bin or on PATH');
  const as = await serverUser();
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-postgres-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));

  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (as.uid !== undefined) for (const path of [folder, data, passwordFile]) await chown(path, as.uid, as.gid ?? -1);
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'novasim', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync'],
    { ...as, cwd: folder },
  );

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const url = `postgres://novasim:${password}@127.0.0.1:${port}/postgres`;
    const server = startServer({ bin, data, folder, port, as });
    try {
      const version = await versionOf(url, server);
      opened.defer(() => stop(server.child)); // disposed before the folder is removed
      const owned = opened.move();
      return { address: { kind: 'local', version, url }, [Symbol.asyncDispose]: () => owned.disposeAsync() };
    } catch (error) {
      await stop(server.child);
      if (attempt < PORT_ATTEMPTS && /could not bind|in use/i.test(server.log())) continue; // somebody was faster
      throw error;
    }
  }
}

/** The folder with `postgres` and `initdb`: the newest of Debian's packages, else one on PATH. */
function findPostgresFolder(): string | undefined {
  const packaged = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => packageVersion(b) - packageVersion(a));
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  return [...packaged, ...onPath].find((bin) => ['postgres', 'initdb'].every((name) => existsSync(join(bin, name))));
}

interface As {
  readonly uid?: number;
  readonly gid?: number;
}
interface RunningServer {
  readonly child: ChildProcess;
  log(): string;
}

function startServer(where: { bin: string; data: string; folder: string; port: number; as: As }): RunningServer {
  const { bin, data, folder, port, as } = where;
  const settings = {
    listen_addresses: '127.0.0.1',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
    shared_buffers: '32MB',
  };
  const command = [join(bin, 'postgres'), '-D', data, '-p', String(port), '-k', folder];
  for (const [name, value] of Object.entries(settings)) command.push('-c', `${name}=${value}`);
  // A test run that is killed takes its server along; QUIT is PostgreSQL's immediate shutdown.
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
  const [program = '', ...args] = setpriv === undefined ? command : [setpriv, '--pdeathsig', 'QUIT', ...command];
  const child = spawn(program, args, { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4_000);
  });
  child.on('error', (error) => {
    log += error.message;
  });
  return { child, log: () => log };
}

async function versionOf(url: string, { child, log }: RunningServer): Promise<string> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  try {
    return await versionWhenReady(url, START_MS, hasEnded);
  } catch (error) {
    throw new Error(`PostgreSQL does not start: ${log()}`, { cause: error });
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGQUIT');
  await ended;
}

async function serverUser(): Promise<As> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening socket without a port');
  return address.port;
}

function packageVersion(folder: string): number {
  return Number(/postgresql\/([\d.]+)/.exec(folder)?.[1] ?? 0);
}
