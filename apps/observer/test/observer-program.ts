import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Bus, until } from '@novasim/testkit';
import type { StatusView } from '../src/status-view.ts';

const MAIN = fileURLToPath(new URL('../src/observe.mjs', import.meta.url));

/** The observer in a process of its own, as `npm run observe --` starts it. */
export interface ObserverProgram extends AsyncDisposable {
  readonly pid: number;
  /** Exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** All that it has printed. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

export function startProgram(...args: readonly string[]): ObserverProgram {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0, // none: it ends at once, and `ended` tells
    ended,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts it on a bus; resolves with where it serves when it hears the bus. */
export async function startProgramOn(
  bus: Pick<Bus, 'url' | 'managementUrl'>,
  ...args: readonly string[]
): Promise<ObserverProgram & { readonly url: string }> {
  const program = startProgram('--url', bus.url, '--management', bus.managementUrl, '--port', '0', ...args);
  try {
    const url = await until(() => /ready .*url=(\S+)/.exec(program.output())?.[1], {
      withinMs: 30_000,
      what: 'its address',
    });
    const isHearing = async () => {
      const { tap, tracing } = (await (await fetch(`${url}/api/status`)).json()) as StatusView; // its own words
      return tap.state === 'listening' && tracing.state === 'on';
    };
    await until(isHearing, { withinMs: 30_000, what: 'the observer to hear the bus' });
    return { ...program, url };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw new Error(`the observer said: ${program.output()}`, { cause: error });
  }
}
