import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBroker } from '@novasim/broker';

/** A tutorial's processes: its servers by name, and what Python's client asks in place of ours. */
interface Tutorial {
  readonly servers: readonly string[];
  readonly pythonRequests: readonly (readonly string[])[];
}

const TUTORIALS: Readonly<Record<string, Tutorial>> = {
  1: {
    servers: ['host-1'],
    pythonRequests: [
      ['--method', 'echo', '--kwargs', '{"value": "hello"}'],
      ['--method', 'args', '--kwargs', '{"name": "ada", "born": 1815}'],
      ['--method', 'echo', '--kwargs', '{"valu": "hello"}'],
    ],
  },
  2: {
    servers: ['a', 'b'],
    pythonRequests: [
      ['--method', 'whoami', '--server', 'a'],
      ['--method', 'whoami', '--server', 'b'],
      ['--method', 'record', '--kwargs', '{"key": "greeting", "value": "hello"}', '--mode', 'cast', '--fanout'],
      ['--method', 'whoami', '--repeat', '10', '--parallel', '1'],
    ],
  },
};

const USAGE = 'usage: npm run tutorial:1 | tutorial:2 [-- --python server|client | server [NAME] | client]';
const READY_WITHIN_MS = 30_000;
const peers = fileURLToPath(new URL('../libs/rpc/test/python/', import.meta.url));

/**
 * Runs a tutorial of `examples/`: servers, then the client, then an end to all. Brings the embedded broker when `TRANSPORT_URL`
 * is not set. `--python server` or `client` puts oslo.messaging's original in that place. With `server` or `client` this process becomes
 * that one program, on the project's Node and the broker that `TRANSPORT_URL` names.
 */
async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { number, python, program, rest } = readArguments(args);
  const tutorial = TUTORIALS[number];
  if (tutorial === undefined) throw new Error(USAGE);
  const folder = fileURLToPath(new URL(`../examples/tutorial-${number}/`, import.meta.url));
  if (program !== undefined) {
    process.argv = [process.execPath, `${folder}${program}.ts`, ...rest];
    await import(`${folder}${program}.ts`);
    return;
  }
  await using opened = new AsyncDisposableStack();
  const url = env['TRANSPORT_URL'] || rabbitUrl(opened.use(await startBroker()).url());
  const topic = `tutorial-${number}`;
  const start = (command: string, args: readonly string[]) =>
    spawn(command, args, {
      env: { ...env, TRANSPORT_URL: url, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  for (const name of tutorial.servers) {
    const server =
      python === 'server'
        ? start('/usr/bin/python3', [`${peers}server.py`, '--url', url, '--topic', topic, '--server', name])
        : start(process.execPath, [`${folder}server.ts`, name]);
    opened.defer(() => end(server));
    await untilReady(server, name);
  }
  if (python !== 'client') {
    await finish(start(process.execPath, [`${folder}client.ts`]));
    return;
  }
  for (const request of tutorial.pythonRequests) {
    // One that is refused ends with 1, which is part of the lesson.
    await finish(start('/usr/bin/python3', [`${peers}client.py`, '--url', url, '--topic', topic, ...request]), [0, 1]);
  }
}

interface Arguments {
  readonly number: string;
  readonly python: 'server' | 'client' | undefined;
  /** To be run alone, with the rest as its arguments. */
  readonly program: 'server' | 'client' | undefined;
  readonly rest: readonly string[];
}

function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { python: { type: 'string' } },
  });
  const [number = '', program, ...rest] = positionals;
  return { number, python: sideOf('--python', values.python), program: sideOf('the program', program), rest };
}

function sideOf(what: string, side: string | undefined): 'server' | 'client' | undefined {
  if (side === undefined || side === 'server' || side === 'client') return side;
  throw new Error(`${what} is '${side}', wants server or client\n${USAGE}`);
}

/** Passes on what the server says under its name; resolves when it says that it is ready. */
async function untilReady(server: ChildProcess, name: string): Promise<void> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('exit', (status, signal) => reject(new Error(`server ${name} ended (${signal ?? status})`)));
  const timer = setTimeout(
    () => reject(new Error(`server ${name} was not ready within ${READY_WITHIN_MS} ms`)),
    READY_WITHIN_MS,
  );
  if (server.stdout !== null) {
    createInterface(server.stdout).on('line', (line) => {
      console.log(`server ${name}: ${line}`);
      if (line === 'ready') resolve();
    });
  }
  await ready.finally(() => clearTimeout(timer));
}

/** Passes on what a client says, until it has ended. */
async function finish(client: ChildProcess, expected: readonly number[] = [0]): Promise<void> {
  client.stdout?.pipe(process.stdout, { end: false });
  const [status, signal] = await once(client, 'close');
  if (!expected.includes(status)) throw new Error(`the client ended with ${signal ?? status}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, 'close');
  server.kill('SIGTERM');
  await closed;
}

/** The one scheme that Python knows too. */
function rabbitUrl(url: string): string {
  return url.replace(/^amqp:/, 'rabbit:');
}

try {
  await run(process.argv.slice(2), process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
