import { spawn } from 'node:child_process';
import { once } from 'node:events';

const stopsWithinMs = 20_000;

/** A program of another make, with whatever it starts itself. */
export interface ProcessGroup {
  /** Undefined while it runs; its exit code, or the signal that ended it. */
  readonly ending: number | NodeJS.Signals | undefined;
  /** The end of what it printed. */
  output(): string;
  /** Asks it to end, and does not ask any more after 20 s. */
  stop(): Promise<void>;
  /** `kill -9`, as a machine that loses its power. */
  kill(): Promise<void>;
}

/** Starts a program. One that cannot be started has ended, and says why in its output. */
export function startGroup(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ProcessGroup {
  // In a group of its own: a Ctrl-C at the terminal must not reach it before we have said goodbye.
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  let failed: number | undefined;
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => {
    failed = 127;
    keep(Buffer.from(error.message));
  });
  const ending = () => failed ?? child.exitCode ?? child.signalCode ?? undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.pid === undefined || ending() !== undefined) return;
    const { pid } = child;
    const ended = once(child, 'exit');
    // The group, as a script may have left a shell between itself and the program proper.
    process.kill(-pid, signal);
    const impatience = setTimeout(() => process.kill(-pid, 'SIGKILL'), stopsWithinMs);
    await ended;
    clearTimeout(impatience);
  };
  return {
    get ending() {
      return ending();
    },
    output: () => printed,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
