import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@novasim/testkit';

const PROGRAM = fileURLToPath(new URL('../src/main.mjs', import.meta.url));

/** A folder of a test's own for launchers to be started in. */
export async function freshFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'novasim-start-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** `npm start` in a folder, in a process group of its own as in a terminal; with an observer where OBSERVER_PORT is given. Disposing of it kills the whole group. */
export class Launched implements AsyncDisposable {
  readonly child: ChildProcess;
  /** Resolves with the exit code when the launcher and its output have ended. */
  readonly ended: Promise<number | null>;
  output = '';

  constructor(folder: string, env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) {
    const alone = 'OBSERVER_PORT' in env ? [] : ['--no-observer'];
    this.child = spawn(process.execPath, [PROGRAM, ...alone, ...flags], {
      cwd: folder,
      env: { PATH: process.env['PATH'], API_PORT: '0', BROKER_PORT: '0', COMPUTE_SPAWN_MS: '20', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Waits for the greeting; answers the address of the API. */
  async ready(): Promise<string> {
    const found = await Promise.race([
      until(() => /API\s+(http:\S+).*Ctrl-C stops everything/s.exec(this.output)?.[1], {
        withinMs: 60_000,
        what: 'the greeting',
      }),
      this.ended.then(() => undefined),
    ]).catch(() => undefined);
    if (found === undefined) throw new Error(`the launcher was not ready:\n${this.output}`);
    return found;
  }

  /** What Ctrl-C does: SIGINT to every process of the group. */
  interrupt(): void {
    this.#signal('SIGINT');
  }

  /** The processes of its group that live. */
  group(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => groupOf(pid) === this.child.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal('SIGKILL');
    await this.ended;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-(this.child.pid ?? 0), signal);
    } catch {
      // the whole group is gone already
    }
  }
}

function groupOf(pid: number): number | undefined {
  try {
    // After the name in parentheses: state, parent, group.
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch {
    return undefined; // it ended meanwhile
  }
}
