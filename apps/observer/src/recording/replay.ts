import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { Observation } from '../observation.ts';
import { readEvent } from './read-event.ts';

export interface ReplayProgress {
  readonly file: string;
  readonly state: 'running' | 'ended' | 'failed';
  readonly events: number;
  /** Lines that hold no event: left out. */
  readonly bad_lines: number;
}

export interface ReplayOptions {
  readonly file: string;
  readonly observation: Observation;
  /** 1: in the time it took; 2: twice as fast; 0: as fast as it can be read. */
  readonly speed: number;
  readonly failed: (error: Error) => void;
}

export interface Replay extends AsyncDisposable {
  readonly progress: ReplayProgress;
}

/** So often others have their turn. */
const BATCH = 500;

/** Feeds a recording as if it were seen now, in the background. */
export function startReplay(options: ReplayOptions): Replay {
  const ending = new AbortController();
  const progress = { file: options.file, state: 'running' as ReplayProgress['state'], events: 0, bad_lines: 0 };
  options.observation.isReplayed = true;
  const running = feed(options, progress, ending.signal).then(
    () => {
      progress.state = 'ended';
    },
    (error: Error) => {
      if (ending.signal.aborted) return;
      progress.state = 'failed';
      options.failed(error);
    },
  );
  return {
    progress,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

async function feed(
  { file, observation, speed }: ReplayOptions,
  progress: { events: number; bad_lines: number },
  signal: AbortSignal,
): Promise<void> {
  const lines = createInterface({ input: createReadStream(file, { signal }), crlfDelay: Infinity });
  let firstMs: number | undefined;
  const startedMs = performance.now();
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const event = readEvent(line);
    if (event === undefined) {
      progress.bad_lines++;
      continue;
    }
    firstMs ??= event.at_ms;
    if (speed > 0) {
      const waitMs = (event.at_ms - firstMs) / speed - (performance.now() - startedMs);
      if (waitMs > 1) await pause(waitMs, undefined, { signal });
    }
    observation.take(event);
    progress.events++;
    if (progress.events % BATCH === 0) await turn(undefined, { signal });
  }
}
