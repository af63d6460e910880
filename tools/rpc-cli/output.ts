import { pythonJson } from './python-text.ts';

// Who reads may leave before we do (`| head -1`): no reason for an error.
process.stdout.on('error', () => {});

/** One line on stdout. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line of JSON, as Python would write it. */
export function emit(value: unknown): void {
  say(pythonJson(value));
}

/** Resolves when all that was said has been handed to the system. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.destroyed) resolve();
    else process.stdout.write('', () => resolve());
  });
}
