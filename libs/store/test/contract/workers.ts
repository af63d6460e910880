import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs a job of `worker.ts` to its end. @throws with what it wrote to standard error */
export async function runWorker(url: string, job: 'open' | 'claim', argument = 0): Promise<void> {
  const { child, errors } = startWorker(url, job, argument);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`worker ended with ${String(code)}: ${errors()}`);
}

/** Runs a worker that builds until it has written `lines` lines, and kills it `afterMs` later, wherever it then is. */
export async function killBuilder(url: string, lines: number, afterMs: number): Promise<void> {
  const { child, errors } = startWorker(url, 'build', 0);
  const closed = once(child, 'close');
  let written = 0;
  if (child.stdout === null) throw new Error('a worker without standard output');
  for await (const _ of createInterface(child.stdout)) {
    written += 1;
    if (written === lines) setTimeout(() => child.kill('SIGKILL'), afterMs);
  }
  const [, signal] = await closed;
  if (signal !== 'SIGKILL') throw new Error(`worker ended by itself: ${errors()}`);
}

function startWorker(url: string, job: string, argument: number): { child: ChildProcess; errors: () => string } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts'), job, String(argument)], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.on('data', () => {}); // read, whoever else reads, so that a full pipe does not stop it
  return { child, errors: () => errors };
}
