import type { DestinationStream } from 'pino';

/** Where a log's lines go, and who else hears them: as JSON, whatever the log itself is made of. */
export class LogTee implements DestinationStream {
  readonly #out: DestinationStream;
  readonly #listeners = new Set<(json: string) => void>();

  constructor(out: DestinationStream) {
    this.#out = out;
  }

  write(json: string): void {
    this.#out.write(json);
    for (const listener of this.#listeners) listener(json);
  }

  /** Hears each line from now on, ended by a line feed, until disposed. */
  listen(listener: (json: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}

const tees = new WeakMap<object, LogTee>();

/** Keeps the tee of a logger, for {@link teeOf}. */
export function withTee<L extends object>(log: L, tee: LogTee): L {
  tees.set(log, tee);
  return log;
}

/** The tee of a logger that `createLogger` made; a child's or a stranger's has none. */
export function teeOf(log: object): LogTee | undefined {
  return tees.get(log);
}
