import type { ServerResponse } from 'node:http';
import { ChangeLog } from './change-log.ts';
import { Reader } from './reader.ts';
import type { StreamEvent } from './stream-event.ts';

export interface EventStreamOptions {
  /**
   * What is to be said of a key now; undefined when there is nothing to say of it any more. Asked when it is sent, so that a slow
   * reader gets the last of many changes.
   */
  readonly tell: (key: string) => StreamEvent | undefined;
  /** What a reader is told first. */
  readonly greeting: () => unknown;
}

/** Keys whose changes are remembered for readers that come back. */
const REMEMBERED = 10_000;
const COLLECT_MS = 40;
/** A proxy or a browser gives a silent stream up; a comment keeps it. */
const ALIVE_MS = 15_000;
/** More would be pages that nobody looks at. */
const MOST_READERS = 100;

/**
 * Server-sent events of things that change. What changes is noted by key only and said in small bundles; each reader has at most one
 * entry a key waiting, so neither a flood nor a slow reader takes memory without end. A reader that comes back with the last id goes
 * on where it was, or is told by `reset` that it must read all anew.
 */
export class EventStream implements Disposable {
  readonly #options: EventStreamOptions;
  readonly #log = new ChangeLog(REMEMBERED);
  readonly #readers = new Set<Reader>();
  /** Ids of one run of this program mean nothing to the next. */
  readonly #run = crypto.randomUUID().slice(0, 8);
  readonly #alive: NodeJS.Timeout;
  #collecting: NodeJS.Timeout | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#alive = setInterval(() => {
      for (const reader of this.#readers) reader.keepAlive();
    }, ALIVE_MS);
    this.#alive.unref();
  }

  get readers(): number {
    return this.#readers.size;
  }

  get lastId(): string {
    return this.#idOf(this.#log.last);
  }

  /** Something changed: it is said to everybody in a moment. */
  note(key: string): void {
    this.#log.note(key);
    if (this.#readers.size === 0) return;
    for (const reader of this.#readers) reader.want(key);
    this.#collecting ??= setTimeout(() => {
      this.#collecting = undefined;
      for (const reader of this.#readers) reader.flush();
    }, COLLECT_MS);
  }

  /** Serves one reader until it goes. `lastEventId` is what it saw last, where it was here before. */
  serve(response: ServerResponse, lastEventId: string | undefined): void {
    if (this.#readers.size >= MOST_READERS) {
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5' });
      response.end(JSON.stringify({ error: `there are ${MOST_READERS} readers of events already` }));
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const reader = new Reader(response, (key) => {
      const event = this.#options.tell(key);
      return event === undefined ? undefined : { ...event, id: this.#idOf(this.#log.numberOf(key)) };
    });
    const missed = lastEventId === undefined ? [] : this.#missedSince(lastEventId);
    reader.write({ id: this.lastId, type: 'hello', data: this.#options.greeting() });
    if (missed === undefined) {
      const why = 'what changed since then is not remembered: read everything anew';
      reader.write({ id: this.lastId, type: 'reset', data: { last_event_id: lastEventId, why } });
    }
    for (const key of missed ?? []) reader.want(key);
    this.#readers.add(reader);
    reader.flush();
    response.once('close', () => this.#readers.delete(reader));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#alive);
    clearTimeout(this.#collecting);
    for (const reader of this.#readers) reader.end();
  }

  #missedSince(lastEventId: string): readonly string[] | undefined {
    const [run, number = ''] = lastEventId.split('-');
    return run === this.#run && /^\d+$/.test(number) ? this.#log.after(Number(number)) : undefined;
  }

  #idOf(number: number): string {
    return `${this.#run}-${number}`;
  }
}
