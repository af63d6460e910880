import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { BusEvent } from '@novasim/trace';
import type { Observation } from '../observation.ts';

/** What waits for a slow disk; beyond it events are left out, and the recording says so. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Writes every event to a file, one JSON object a line, readable by its owner only; what was in the file before is gone. Resolves when
 * it is open.
 * @throws the system's error when it cannot be
 */
export async function startRecorder(
  file: string,
  observation: Observation,
  failed: (error: Error) => void,
): Promise<AsyncDisposable> {
  const stream = createWriteStream(file, { mode: 0o600 });
  await once(stream, 'open');
  let left: { readonly sinceMs: number; count: number } | undefined;
  const write = (event: BusEvent) => stream.write(`${JSON.stringify(event)}\n`);
  const listening = observation.subscribe((event) => {
    if (stream.writableLength > MOST_WAITING_BYTES) {
      left ??= { sinceMs: event.at_ms, count: 0 };
      left.count++;
      return;
    }
    if (left !== undefined) {
      const why = `${left.count} events were not recorded: the disk is too slow`;
      write({ event: 'gap', seq: event.seq, at_ms: left.sinceMs, until_ms: event.at_ms, why });
      left = undefined;
    }
    write(event);
  });
  stream.on('error', (error) => {
    listening[Symbol.dispose]();
    failed(error);
  });
  return {
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      if (stream.destroyed) return;
      stream.end();
      await Promise.race([once(stream, 'finish'), once(stream, 'error')]).catch(() => {}); // said above
    },
  };
}
