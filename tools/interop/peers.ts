import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Who plays a role: the peers built on oslo.messaging, or bin/rpc. */
export type Kind = 'python' | 'node';
/** A command that both offer. */
export type Command = 'server' | 'client' | 'notify' | 'listen';

const python = '/usr/bin/python3';
const scripts = fileURLToPath(new URL('../../libs/rpc/test/python/', import.meta.url));
const rpc = fileURLToPath(new URL('../../bin/rpc', import.meta.url));

/** The version of oslo.messaging that runs here; undefined when there is none. */
export async function osloVersion(): Promise<string | undefined> {
  const code = 'import importlib.metadata as m, oslo_messaging; print(m.version("oslo.messaging"))';
  return promisify(execFile)(python, ['-c', code]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** A process that was started. Disposing of it ends it with SIGTERM. */
export class Peer implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<readonly [number | null, NodeJS.Signals | null]>;
  readonly #lines: string[] = [];
  #wake: () => void = () => {};
  #rest = '';
  #complaints = '';
  #hasEnded = false;

  constructor(kind: Kind, command: Command, args: readonly string[]) {
    const [file, ...given] = kind === 'python' ? [python, `${scripts}${command}.py`, ...args] : [rpc, command, ...args];
    this.#child = spawn(file ?? rpc, given, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PEER_LOG: 'error' },
    });
    this.#exited = once(this.#child, 'close') as Promise<[number | null, NodeJS.Signals | null]>; // what `close` has
    void this.#exited.then(() => {
      this.#hasEnded = true;
      this.#wake();
    });
    this.#child.stdin.on('error', () => {}); // it has gone: its exit says so
    this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => this.#take(chunk));
    this.#child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#complaints = (this.#complaints + chunk).slice(-20_000);
    });
  }

  /** What it wrote on stderr, the end of it. */
  get complaints(): string {
    return this.#complaints;
  }

  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next line of stdout. @throws when none comes in time, with the end of stderr */
  async line(withinMs: number): Promise<string> {
    const tooLate = AbortSignal.timeout(withinMs);
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#hasEnded) throw new Error(`it ended instead of printing a line${this.#reason()}`);
      if (tooLate.aborted) throw new Error(`it printed no line in ${withinMs} ms${this.#reason()}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        tooLate.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** All lines up to its end, and its exit status. */
  async end(withinMs: number): Promise<{ readonly lines: readonly string[]; readonly status: number | null }> {
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    const [status] = await this.#exited;
    clearTimeout(impatience);
    return { lines: this.#lines.splice(0), status };
  }

  /** SIGTERM; answers with what it said and its exit status, null when it had to be killed. */
  async stop(withinMs = 30_000): Promise<{ readonly lines: readonly string[]; readonly status: number | null }> {
    this.#child.kill('SIGTERM');
    return this.end(withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines);
    this.#wake();
  }

  /** The line of stderr that says most. */
  #reason(): string {
    const lines = this.#complaints.split('\n').filter((line) => line.trim() !== '');
    const telling = lines.findLast((line) => /\(\d{3}\)|INTERNAL_ERROR|Error:|error:/.test(line)) ?? lines.at(-1);
    return telling === undefined ? '' : `: ${telling.trim().slice(0, 300)}`;
  }
}
