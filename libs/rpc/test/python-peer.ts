import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bus } from '@novasim/testkit';
import { parseJson } from '../src/json.ts';
import { deadlineMs } from './probe.ts';

const python = '/usr/bin/python3';
const folder = fileURLToPath(new URL('./python/', import.meta.url));

/** Whether the Python original can be run here. */
export async function hasPython(): Promise<boolean> {
  return promisify(execFile)(python, ['-c', 'import oslo_messaging']).then(
    () => true,
    () => false,
  );
}

/** Where a Python peer finds `bus`: it knows the scheme `rabbit` only. */
export function rabbitUrl(bus: Bus): string {
  return bus.url.replace(/^amqp:/, 'rabbit:');
}

/** A Python peer that was started and is ready. */
export interface PythonPeer extends AsyncDisposable {
  /** Sends one request of the batch protocol and returns the answer. */
  ask(request: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** The next JSON line that it prints. */
  next(): Promise<Record<string, unknown>>;
}

/** Starts a peer and waits until it says that it is ready, if it does; `client.py` says so in batch mode. */
export async function startPython(
  script: 'server.py' | 'client.py' | 'legacy_peer.py',
  args: readonly string[],
  { isReadyTold = true }: { isReadyTold?: boolean } = {},
): Promise<PythonPeer> {
  const child = spawn(python, [`${folder}${script}`, ...args], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${script} ended`);
    return String(value);
  };
  const ready = isReadyTold ? await next() : 'ready';
  if (ready !== 'ready') throw new Error(`${script} said ${ready}`);
  const nextObject = async (): Promise<Record<string, unknown>> => parseJson(await next()) as Record<string, unknown>; // the peers' contract
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return nextObject();
    },
    next: nextObject,
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit', { signal: AbortSignal.timeout(deadlineMs) });
  child.kill('SIGTERM');
  await exited;
}
