import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadRequest, LoadResult } from './load-protocol.ts';

const LAUNCHER = fileURLToPath(new URL('../apps/all-in-one/src/main.mjs', import.meta.url));
const LOAD = fileURLToPath(new URL('./load.ts', import.meta.url));

/** A cloud as `npm start -- --no-observer` brings it up, and a client beside it. */
export interface BenchCloud extends AsyncDisposable {
  /** From the start of the launcher's process to its greeting. */
  readonly startMs: number;
  /** Of each service; with the embedded broker `launcher` is the broker too. */
  readonly pids: Readonly<Record<string, number>>;
  load(request: LoadRequest): Promise<LoadResult>;
}

/** The cloud itself; what the observer takes is a bench of its own. */
const ALONE = ['--no-observer'];

/** Starts it on a fresh database and waits until it is ready. `flags` are those of `npm start --`; default: without the observer. */
export async function startBenchCloud(
  variables: NodeJS.ProcessEnv,
  flags: readonly string[] = ALONE,
): Promise<BenchCloud> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-bench-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));

  const startedMs = performance.now();
  const launcher = spawn(process.execPath, [LAUNCHER, ...flags], {
    env: {
      ...process.env,
      API_PORT: '0',
      BROKER_PORT: '0',
      STATE_FOLDER: folder,
      LOG_FORMAT: 'json',
      COMPUTE_SPAWN_MS: '0',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  opened.defer(() => stop(launcher, 'SIGINT'));
  const ready = await greeting(launcher);
  const startMs = performance.now() - startedMs;

  const client = fork(LOAD, [ready.api], { execArgv: [] });
  opened.defer(() => stop(client, 'SIGTERM'));
  const closing = opened.move();
  return {
    startMs,
    pids: { ...ready.pids, launcher: launcher.pid ?? 0 }, // it has greeted, so it has one
    async load(request) {
      client.send(request);
      const [answer] = (await once(client, 'message')) as [LoadResult | { error: string }]; // what load.ts sends
      if ('error' in answer) throw new Error(`${request.do}: ${answer.error}`);
      return answer;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

interface Greeting {
  readonly api: string;
  readonly pids: Readonly<Record<string, number>>;
}

/** Reads the launcher's JSON lines to the one that says it is ready; those after it are dropped as they come. */
function greeting(launcher: ChildProcess): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    if (launcher.stdout === null) throw new Error('the launcher was started without a pipe');
    const lines = createInterface({ input: launcher.stdout });
    lines.on('line', (line) => {
      if (!line.includes('"cloud ready"')) return;
      lines.removeAllListeners('line');
      lines.close();
      launcher.stdout?.resume();
      clearTimeout(deadline);
      resolve(JSON.parse(line) as Greeting);
    });
    const deadline = setTimeout(() => reject(new Error('the launcher did not greet within 60 s')), 60_000);
    launcher.once('close', (code) => reject(new Error(`the launcher ended with exit code ${code}`)));
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
