import { createInterface } from 'node:readline';

/** Answers questions of one JSON line each with a line, until stdin ends; an error is an answer too. Says first that it is ready. */
export async function answerLines<Ask>(answer: (ask: Ask) => Promise<object>): Promise<void> {
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      say(await answer(JSON.parse(line) as Ask)); // our own bench wrote it
    } catch (error) {
      say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
}

function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** The machine's monotonic clock, milliseconds; not the process's own. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
