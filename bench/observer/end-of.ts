import type { ChildProcess } from 'node:child_process';

/** Rejects when the process ends, with how. Whoever waits for something of it waits for this too. */
export function endOf(child: ChildProcess, what: string): Promise<never> {
  const gone = new Promise<never>((_resolve, reject) => {
    child.once('exit', (code, signal) => reject(new Error(`${what} ended (${signal ?? `exit code ${code}`})`)));
  });
  gone.catch(() => {}); // an end that nobody waits for is no bug
  return gone;
}
