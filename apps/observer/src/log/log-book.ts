import type { LogLine } from '@novasim/trace';
import { readLine } from './read-line.ts';
import type { SaidLine } from './said-lines.ts';

interface Kept {
  readonly lines: string[];
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
  add(lines: readonly SaidLine[]): readonly string[] {
    const told = new Set<string>();
    for (const { request_id, json } of lines) {
      this.#put(request_id, json);
      told.add(request_id);
    }
    return [...told];
  }

  /** Of one request, in the order of their times. */
  of(requestId: string): readonly LogLine[] {
    const lines = this.#requests.get(requestId)?.lines ?? [];
    return lines.flatMap((json) => readLine(json) ?? []).sort((a, b) => a.at_ms - b.at_ms);
  }

  #open(): Kept {
    this.#bytes += REQUEST_BYTES;
    return { lines: [], bytes: REQUEST_BYTES };
  }

  #put(requestId: string, json: string): void {
    const kept = this.#requests.get(requestId) ?? this.#open();
    this.#requests.delete(requestId);
    this.#requests.set(requestId, kept);
    const bytes = LINE_BYTES + json.length;
    kept.lines.push(json);
    kept.bytes += bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#budget) {
      const [[oldest, { bytes: freed }] = [requestId, kept]] = this.#requests;
      this.#requests.delete(oldest);
      this.#bytes -= freed;
    }
  }
}

/** A line beside its characters: its place in the list, what V8 keeps with a text. */
const LINE_BYTES = 50;
/** A request without its lines: its id, its place in the map, its list. */
const REQUEST_BYTES = 400;
