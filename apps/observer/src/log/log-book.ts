import type { LogLine } from '@novasim/trace';
import type { RequestLine } from './read-lines.ts';

interface Kept {
  readonly lines: LogLine[];
  bytes: number;
}

/** What services logged, by request, within a budget of bytes: the request that was silent longest is forgotten first. */
export class LogBook {
  readonly #budget: number;
  readonly #requests = new Map<string, Kept>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  /** Takes lines as they come. Answers whose requests they are. */
  add(lines: readonly RequestLine[]): readonly string[] {
    const told = new Set<string>();
    for (const { request_id, line } of lines) {
      this.#put(request_id, line);
      told.add(request_id);
    }
    return [...told];
  }

  /** Of one request, in the order of their times. */
  of(requestId: string): readonly LogLine[] {
    return (this.#requests.get(requestId)?.lines ?? []).toSorted((a, b) => a.at_ms - b.at_ms);
  }

  #put(requestId: string, line: LogLine): void {
    const kept = this.#requests.get(requestId) ?? { lines: [], bytes: 0 };
    this.#requests.delete(requestId);
    this.#requests.set(requestId, kept);
    const bytes = LINE_BYTES + 2 * line.says.length + (line.stack?.length ?? 0);
    kept.lines.push(line);
    kept.bytes += bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#budget) {
      const [[oldest, { bytes: freed }] = [requestId, kept]] = this.#requests;
      this.#requests.delete(oldest);
      this.#bytes -= freed;
    }
  }
}

/** A line without its words: an object, its time and the names that it holds. */
const LINE_BYTES = 300;
