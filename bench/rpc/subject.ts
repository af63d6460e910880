import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ChaosAnswers, ChaosAsk } from './chaos-protocol.ts';
import type { Answers, Ask } from './protocol.ts';

/** How long a start or an answer may take beyond what was asked for. */
const patienceMs = 60_000;

type AnyAsk = Ask | ChaosAsk;
type AnswerTo<A extends AnyAsk> = (Answers & ChaosAnswers)[A['do']];

/** A client or server program under measurement. */
export interface SubjectProcess extends AsyncDisposable {
  readonly pid: number;
  /** One question at a time. @throws what the program answers as an error, or when it ends or does not answer. */
  ask<A extends AnyAsk>(ask: A): Promise<AnswerTo<A>>;
}

/** Starts a program and waits until it says that it is ready. @throws when it ends before, with its exit code. */
export async function startProgram(command: string, args: readonly string[]): Promise<SubjectProcess> {
  const what = [command, ...args].join(' ');
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (withinMs: number): Promise<Record<string, unknown>> => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`${what}: no answer within ${withinMs} ms`)), withinMs);
    try {
      const { value, done } = await Promise.race([lines.next(), late]);
      if (done === true) throw new Error(`${what}: ended (${child.exitCode ?? child.signalCode ?? 'still going'})`);
      const answer = JSON.parse(value) as Record<string, unknown>; // the programs print objects only
      if ('error' in answer) throw new Error(`${what}: ${String(answer['error'])}`);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  };
  try {
    await next(patienceMs);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    pid: child.pid ?? 0, // it has spoken, so it has one
    async ask<A extends AnyAsk>(ask: A): Promise<AnswerTo<A>> {
      child.stdin.write(`${JSON.stringify(ask)}\n`);
      const seconds = 'seconds' in ask ? ask.seconds : 0;
      return (await next(seconds * 1_000 + patienceMs)) as unknown as AnswerTo<A>; // what protocol.ts promises
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

/** Closing its stdin ends a program; one that does not hear is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

/** The most memory that a process ever had resident, MB (10⁶ bytes). */
export function peakMemoryMb(pid: number): number {
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024) / 1e6;
}
