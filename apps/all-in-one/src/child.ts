import { type ChildProcess, fork } from 'node:child_process';
import { WholeLines } from './whole-lines.ts';

export interface ChildOptions {
  readonly name: string;
  /** The program, a TypeScript file that this same Node runs. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  /** Flags of Node, beside those that every child gets. */
  readonly nodeFlags?: readonly string[];
  /** Takes what the child prints, whole lines at a time. */
  readonly print: (lines: string) => void;
}

/** How a process ended, in words: `exit code 1`, `SIGKILL`. */
export type ProcessEnd = string;

/** A service process could not start, or ended before it was ready. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
  readonly code = 'SERVICE_FAILED';
}

/**
 * Garbage is collected in smaller steps: after 1200 boots the five services hold 570 MB instead of 710, for 0.3 ms more
 * processor time a boot (measured).
 */
const SMALL_HEAP = ['--max-semi-space-size=4'] as const;

/** What a child tells its parent over IPC; see runService of the chassis. */
type Told = { readonly type: 'ready' } | { readonly type: 'failed'; readonly message: string };

/**
 * A service in a process of its own. It ends by itself when its IPC channel does, so nothing is left behind even when this
 * process is killed.
 */
export class Child {
  readonly name: string;
  readonly pid: number;
  /** Resolves with what the service tells of itself (port, url) when it serves. @throws {ServiceFailed} */
  readonly ready: Promise<object>;
  /** Resolves, with how, when the process is gone and all that it printed has been passed on. */
  readonly ended: Promise<ProcessEnd>;
  readonly #process: ChildProcess;
  #isGone = false;

  constructor({ name, entry, env, nodeFlags = [], print }: ChildOptions) {
    this.name = name;
    this.#process = fork(entry, {
      env,
      execArgv: [...SMALL_HEAP, ...nodeFlags],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.pid = this.#process.pid ?? 0; // no pid: `error` follows, and `ready` rejects with it
    const said = [this.#process.stdout, this.#process.stderr].map((stream) => {
      const lines = new WholeLines();
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const whole = lines.push(text);
        if (whole !== '') print(whole);
      });
      return lines;
    });

    const ended = Promise.withResolvers<ProcessEnd>();
    this.ended = ended.promise;
    const ready = Promise.withResolvers<object>();
    this.ready = ready.promise;
    this.ready.catch(() => {}); // whoever starts it waits for it; a child stopped before that is no bug

    // However this process ends, its children do not outlive it by more than the moment a signal takes.
    const endWithUs = () => this.#process.kill('SIGKILL');
    process.once('exit', endWithUs);

    let why: string | undefined;
    this.#process.on('message', (message: Told) => {
      if (message.type === 'ready') ready.resolve(message);
      else if (message.type === 'failed') why = message.message;
    });
    this.#process.on('error', (error) => {
      why ??= error.message;
      // A process that never was does not close.
      if (this.#process.pid === undefined) this.#process.emit('close', null, null);
    });
    this.#process.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      this.#isGone = true;
      process.off('exit', endWithUs);
      for (const lines of said) {
        const last = lines.end();
        if (last !== '') print(last);
      }
      const end = signal ?? `exit code ${code}`;
      ready.reject(new ServiceFailed(`${name} did not start (${end})${why === undefined ? '' : `: ${why}`}`));
      ended.resolve(end);
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Sends a signal and waits until the process is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#process.kill(signal);
    await this.ended;
  }

  /** Stops it cleanly; a process that has not ended after `deadlineMs` is killed. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.isGone) return;
    const deadline = setTimeout(() => this.#process.kill('SIGKILL'), deadlineMs);
    await this.kill('SIGTERM');
    clearTimeout(deadline);
  }
}
