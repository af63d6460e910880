import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ManagementApi } from './management-api.ts';
import { quietSchedulers, type RabbitmqStart, type RunningRabbitmq } from './rabbitmq.ts';
import { until } from './until.ts';

/** Debian's wrapper on the path insists on a system user; the script behind it does not. */
const scriptFolders = ['/usr/lib/rabbitmq/bin', '/opt/rabbitmq/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
const startsWithinMs = 90_000;
const stopsWithinMs = 20_000;

/**
 * Starts the machine's own rabbitmq-server as a node apart: free ports on 127.0.0.1, and data, cookie, plugins and port mapper of its own in
 * a folder that goes with it.
 *
 * @throws when there is none, or when it does not come up; then with the end of its output
 */
export async function startLocalRabbitmq({ config: more = [] }: RabbitmqStart = {}): Promise<RunningRabbitmq> {
  const script = await findScript();
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-rabbitmq-'));
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  const [amqpPort, managementPort, distributionPort, epmdPort] = await freePorts(4);
  const config = [
    `listeners.tcp.1 = 127.0.0.1:${amqpPort}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${managementPort}`,
    ...more,
  ];
  await writeFile(join(folder, 'rabbitmq.conf'), `${config.join('\n')}\n`);
  await writeFile(join(folder, 'plugins'), '[rabbitmq_management].\n');
  await writeFile(join(folder, 'env.conf'), '');
  const env = {
    ...process.env,
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `novasim-${amqpPort}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'env.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `${quietSchedulers} -kernel inet_dist_use_interface {127,0,0,1}`,
  };
  // Started by us and not by Erlang, which would leave it behind as a daemon.
  opened.defer(start('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], env).stop);
  const server = start(script, [], env);
  opened.defer(server.stop);

  const managementUrl = `http://guest:guest@127.0.0.1:${managementPort}`;
  const version = await until(
    () => {
      if (server.child.exitCode !== null) return 'ended' as const;
      return new ManagementApi(managementUrl).version(AbortSignal.timeout(2000));
    },
    { withinMs: startsWithinMs, everyMs: 100, what: `${script} to answer on its management port` },
  );
  if (version === 'ended') throw new Error(`${script} ended with ${server.child.exitCode}: ${server.output()}`);
  const address = { kind: 'local', version, url: `amqp://guest:guest@127.0.0.1:${amqpPort}`, managementUrl } as const;
  const all = opened.move();
  return { address, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function findScript(): Promise<string> {
  const folders = [...scriptFolders, ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const folder of folders) {
    const script = join(folder, 'rabbitmq-server');
    try {
      await access(script, constants.X_OK);
      return script;
    } catch {
      // Not here: the next folder.
    }
  }
  throw new Error('no rabbitmq-server on this machine');
}

interface Started {
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
  /** The end of what it printed. */
  output(): string;
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  // In a group of its own: a Ctrl-C at the terminal must not reach it before we have said goodbye.
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  return { child, output: () => printed, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // The group, as the script may have left a shell between itself and Erlang.
  process.kill(-child.pid, 'SIGTERM');
  const impatience = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), stopsWithinMs);
  await ended;
  clearTimeout(impatience);
}

/** Ports that nobody had a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  await using opened = new AsyncDisposableStack();
  const ports: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const server = createServer().listen(0, '127.0.0.1');
    opened.defer(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.push(address.port);
  }
  return ports;
}
